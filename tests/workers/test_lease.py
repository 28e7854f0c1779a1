"""A lease that cannot be renewed lets no byte go, and the errand ends with a report."""

from __future__ import annotations

import asyncio
import time
from types import SimpleNamespace

import pytest

from service.bandwidth.guard import LeaseEnded, Withheld
from service.errors import StoreUnavailable
from service.exchange import Exchange
from workers.lease import Lease
from workers.slots import Slots

SETTINGS = SimpleNamespace(exchange_seconds=2.0, lease_seconds=3.0)
POST = Exchange("POST", "/accounts/1/tnoptions", changes=True)


class Book:
    def __init__(self, renews):
        self._renews = renews

    async def renew(self, claim, *, begins):
        if isinstance(self._renews, Exception):
            raise self._renews
        return self._renews


class Turns:
    def __init__(self, *waits):
        self.waits = list(waits)

    async def take(self, account_id, share, *, begun):
        assert (account_id, share, begun) == ("1", "submit", True)
        wait = self.waits.pop(0)
        if isinstance(wait, Exception):
            raise wait
        return wait


def lease(renews, left=0.5, turns=None, paid=True):
    order = SimpleNamespace(account_id="1", attempts=1)
    claim = SimpleNamespace(lease_ends=time.monotonic() + left, paid=paid, order=order, step="submit")
    return Lease(claim, Book(renews), turns, None, SETTINGS)


@pytest.mark.parametrize("renews", ["ended", StoreUnavailable()], ids=["ended", "store away"])
async def test_without_a_renewed_lease_no_exchange_is_made(renews):
    with pytest.raises(LeaseEnded):
        await lease(renews).before(POST)


async def test_a_lease_that_is_long_enough_is_not_renewed():
    await lease(StoreUnavailable(), left=2.9).before(POST)


@pytest.mark.parametrize("paid", [True, False])
async def test_every_exchange_but_the_one_that_the_claim_has_paid_for_waits_for_its_turn(paid):
    turns = Turns(0.0, 0.05, 0.0)
    covered = lease("renewed", left=2.9, turns=turns, paid=paid)
    began = time.monotonic()
    for _ in range(3):
        await covered.before(POST)
    assert len(turns.waits) == (1 if paid else 0)
    assert time.monotonic() - began >= 0.05


async def test_a_lease_that_would_end_while_the_turn_is_waited_for_is_renewed_first():
    covered = lease("ended", left=0.5, turns=Turns(60.0), paid=False)
    with pytest.raises(LeaseEnded, match="the lease ended before POST"):
        await asyncio.wait_for(covered.before(POST), 15)


@pytest.mark.parametrize("why", [Withheld("the governor: too far"), StoreUnavailable()], ids=["far", "store away"])
async def test_without_a_turn_no_exchange_is_made(why):
    with pytest.raises(Withheld):
        await lease("renewed", left=2.9, turns=Turns(why), paid=False).before(POST)


async def test_a_lease_is_kept_while_its_order_waits_for_a_slot():
    slots, renewed = Slots(1), []
    first, slot = slots.take(), slots.take()

    class Kept(Book):
        async def renew(self, claim, *, begins):
            renewed.append(claim)
            first.give_back()
            return "renewed"

    order = SimpleNamespace(account_id="1", attempts=1)
    claim = SimpleNamespace(lease_ends=time.monotonic() + 0.2, paid=True, order=order, step="submit")
    settings = SimpleNamespace(exchange_seconds=0.05, lease_seconds=0.2)
    await asyncio.wait_for(Lease(claim, Kept("renewed"), None, None, settings, slot).before(POST), 15)

    assert renewed


async def test_an_order_whose_lease_ends_in_line_is_not_sent():
    slots = Slots(1)
    slots.take()
    order = SimpleNamespace(account_id="1", attempts=1)
    claim = SimpleNamespace(lease_ends=time.monotonic() + 0.2, paid=True, order=order, step="submit")
    settings = SimpleNamespace(exchange_seconds=0.05, lease_seconds=0.2)
    with pytest.raises(LeaseEnded):
        await Lease(claim, Book("ended"), None, None, settings, slots.take()).before(POST)


@pytest.mark.parametrize("verdict", ["known", "paused"])
async def test_what_is_sent_again_asks_before_whether_it_still_may(verdict):
    slots = Slots(1)
    again = lease(verdict, left=2.9)
    again._claim.order.attempts = 2
    again._slot = slots.take()
    with pytest.raises(Withheld, match="before POST"):
        await again.before(POST)
    assert again.kept_back


async def test_nothing_was_kept_back_once_something_was_asked():
    once = lease("ended", left=2.9, turns=Turns(0.0))
    await once.before(POST)
    once._ends = time.monotonic()
    with pytest.raises(LeaseEnded):
        await once.before(POST)
    assert once.kept_back == ""


async def test_an_order_that_is_sent_away_from_the_line_is_not_sent():
    slots = Slots(1)
    slots.take()
    waiting = lease("renewed", left=2.9)
    waiting._slot = slots.take()
    slots.dismiss()
    with pytest.raises(Withheld, match="the worker ends"):
        await waiting.before(POST)
