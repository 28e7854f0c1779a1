"""A look that a person asks for: it is now, it is told of on the timeline, and it shortens nothing that protects."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
import rig
from store_steps import FIRST, KIND
from verified_account import account

from service.book import Book
from service.errors import NotFound, NotPossibleNow
from service.governor import NONE
from service.lifecycle import Source, State
from service.nudges import Nudges
from service.order import Attention
from service.report import Report
from service.store import keys, reading

NUMBER = "2015559501"
LOST = Report(Source.SUBMIT, "answer_lost", state=State.UNCERTAIN, look_in=3600.0)
NOT_FOUND = Report(Source.FIND, "not_found", searched=True)


@pytest.fixture
async def made(valkey):
    async with account(valkey.url) as one:
        one.rung = []
        ring = SimpleNamespace(ring=lambda *what: one.rung.append(what), announce=lambda *_: None)
        one.nudges = Nudges(one.store, ring)
        one.order_id = await one.accept(NUMBER)
        yield one


async def read(made):
    return await made.book.get(made.account, made.order_id)


async def nudge(made):
    await made.nudges.nudge(await read(made), "somebody")


async def claim(made, step="check"):
    claims = await made.book.claim(made.account, [made.order_id], step)
    return claims[0] if claims else None


async def asked(made):
    entries = await reading.timeline(made.store, made.account, made.order_id)
    return [each["by"] for each in entries if each["event"] == "check_asked"]


async def test_its_look_is_now_and_nothing_else_changes(made):
    sent = Report(Source.SUBMIT, "sent", state=State.RECEIVED, bandwidth_order_id=FIRST, look_in=3600.0)
    await made.look(made.order_id, sent)
    before, told = await read(made), await made.client.xlen(keys.events(made.account))
    assert await claim(made) is None

    await nudge(made)

    after = await read(made)
    assert (after.state, after.version, after.updated_at) == (before.state, before.version, before.updated_at)
    assert after.next_look_at < before.next_look_at
    assert await made.client.xlen(keys.events(made.account)) == told
    assert made.rung == [("check", made.account, [made.order_id])]
    assert await asked(made) == ["somebody"]
    assert await claim(made)


async def test_who_asks_again_within_seconds_has_been_heard(made):
    await made.send(made.order_id, FIRST)
    for _ in range(3):
        await nudge(made)
    assert (len(made.rung), await asked(made)) == (1, ["somebody"])

    made.store.offset += 6_000
    await nudge(made)
    assert (len(made.rung), await asked(made)) == (2, ["somebody"] * 2)


async def test_a_look_under_way_is_followed_by_another(made):
    await made.send(made.order_id, FIRST)
    made.store.offset += 30_000
    claimed = await claim(made)

    await nudge(made)
    assert made.rung == []
    done = await made.book.report(claimed, Report(Source.CHECK, "checked"), KIND, NONE)

    assert done.due == "check"
    assert await claim(made)


async def test_an_order_that_needs_attention_is_looked_at(made):
    needs = Report(Source.SUBMIT, "forbidden", state=State.NEEDS_ATTENTION, attention=Attention("forbidden", "Look."))
    await made.look(made.order_id, needs)
    assert await claim(made) is None

    await nudge(made)

    assert (await claim(made)).order.state is State.NEEDS_ATTENTION


async def test_a_search_is_brought_forward_and_the_last_one_is_not(made, valkey):
    settings = rig.settings_for(valkey.url, made.account, searches=(0.0, 1.0, 3600.0))
    made.book = Book(made.store, SimpleNamespace(ring=lambda *_: None, announce=lambda *_: None), settings)
    await made.look(made.order_id, LOST)

    for searches in range(5):
        await nudge(made)
        claimed = await claim(made, "submit")
        assert (claimed.order.state, claimed.order.searches) == (State.UNCERTAIN, searches)
        await made.book.report(claimed, NOT_FOUND, KIND, NONE)
        made.store.offset += 6_000

    # more than all searches were made, and it is sent no sooner than the time of the last one
    made.store.offset += 3_600_000
    claimed = await claim(made, "submit")
    assert claimed.order.state is State.UNCERTAIN
    await made.book.report(claimed, NOT_FOUND, KIND, NONE)
    assert (await read(made)).state is State.ACCEPTED


async def test_a_search_that_backs_off_is_not_brought_forward(made):
    await made.look(made.order_id, LOST)
    made.store.offset += 3_600_000
    failed = Report(Source.FIND, "search_failed", failed=True, look_in=300.0)
    await made.book.report(await claim(made, "submit"), failed, KIND, NONE)
    look = (await read(made)).next_look_at

    await nudge(made)

    assert (await read(made)).next_look_at == look
    assert (made.rung, await asked(made)) == ([], ["somebody"])


async def accepted(made): ...


async def held(made):
    made.order_id = await made.accept(NUMBER)


async def submitting(made):
    assert await claim(made, "submit")


async def ended(made):
    await made.send(made.order_id, FIRST)
    await made.complete(made.order_id)


async def withdrawn(made):
    await made.cancel(made.order_id)


@pytest.mark.parametrize(
    ("become", "said"),
    [
        (accepted, "nothing to look at yet: this order is accepted"),
        (held, "order is held"),
        (submitting, "order is submitting"),
        (ended, r"has ended \(partial\)"),
        (withdrawn, r"has ended \(cancelled\)"),
    ],
    ids=lambda each: getattr(each, "__name__", ""),
)
async def test_what_was_not_sent_or_has_ended_is_not_looked_at(made, become, said):
    await become(made)
    before = await made.dump()

    with pytest.raises(NotPossibleNow, match=said):
        await nudge(made)

    assert await made.dump() == before


async def test_one_that_was_purged_since_it_was_read_is_not_there(made):
    order = await read(made)
    await made.client.delete(made.record(made.order_id))

    with pytest.raises(NotFound):
        await made.nudges.nudge(order, "somebody")
