"""A lease that cannot be renewed lets no byte go, and the errand ends with a report."""

from __future__ import annotations

import time
from types import SimpleNamespace

import pytest

from service.bandwidth.connection import LeaseEnded
from service.errors import StoreUnavailable
from service.exchange import Exchange
from workers.lease import Lease

SETTINGS = SimpleNamespace(exchange_seconds=2.0, lease_seconds=3.0)
POST = Exchange("POST", "/accounts/1/tnoptions", changes=True)


class Book:
    def __init__(self, renews):
        self._renews = renews

    async def renew(self, claim):
        if isinstance(self._renews, Exception):
            raise self._renews
        return self._renews


def lease(renews, left=0.5):
    claim = SimpleNamespace(lease_ends=time.monotonic() + left)
    return Lease(claim, Book(renews), None, SETTINGS)


@pytest.mark.parametrize("renews", [False, StoreUnavailable()], ids=["ended", "store away"])
async def test_without_a_renewed_lease_no_exchange_is_made(renews):
    with pytest.raises(LeaseEnded):
        await lease(renews).before(POST)


async def test_a_lease_that_is_long_enough_is_not_renewed():
    await lease(StoreUnavailable(), left=2.9).before(POST)
