"""Orders that take days: what grows with their looks stays bounded and tells the truth."""

from __future__ import annotations

import time
from dataclasses import replace

from store_steps import FIRST, KIND, claim, later, report, sent, submit

from service.lifecycle import Source, State
from service.order import Outcome, Outcomes
from service.report import CallbackNews, Happening, Report
from service.settlement import look_in
from service.store import keys


def entry(at):
    return f'{{"at":{at},"state":"uncertain","version":2,"source":"find","event":"search_failed"}}'


async def test_a_full_timeline_keeps_its_beginning_and_its_end(world):
    order = await submit(world, "2015559201")
    lost = Report(Source.SUBMIT, "answer_lost", state=State.UNCERTAIN, look_in=0.0)
    await report(world, await claim(world, order), lost)
    key = keys.order(world.account, order["id"], "timeline")
    now = round(time.time() * 1000)
    await world.desk.store.client.rpush(key, *[entry(now)] * 498)
    later(world, 1)

    found = Report(Source.FIND, "found", state=State.RECEIVED, bandwidth_order_id=FIRST)
    await report(world, await claim(world, order), found)

    timeline = await world.timeline(order["id"])
    assert [each["event"] for each in timeline[:3]] == ["accepted", "answer_lost", "search_failed"]
    assert timeline[-1]["event"] == "found"
    assert len(timeline) == 500


async def test_an_order_that_could_not_leave_for_a_week_still_has_a_next_look(world):
    claimed = await claim(world, await submit(world, "2015559202"))
    patient = replace(claimed, order=replace(claimed.order, failures=2_000))
    not_sent = Report(Source.SUBMIT, "not_sent", state=State.ACCEPTED, failed=True)

    assert 240 <= look_in(patient, not_sent, KIND, 1.0) <= 360


async def test_only_looks_that_brought_something_are_counted(world):
    order = await submit(world, "2015559203")
    await report(world, await claim(world, order), sent())
    later(world, 10)
    failed = Report(Source.CHECK, "check_failed", failed=True, look_in=0.0)
    for _ in range(2):
        await report(world, await claim(world, order, "check"), failed)

    looking = await claim(world, order, "check")

    assert (looking.order.looks, looking.order.failures) == (0, 2)
    await report(world, looking, Report(Source.CHECK, "checked", look_in=0.0))
    looking = await claim(world, order, "check")
    assert (looking.order.looks, looking.order.failures) == (1, 0)


async def test_conflicts_and_resends_are_counted(world):
    order = await submit(world, "2015559204")
    busy = Report(Source.SUBMIT, "conflict", state=State.ACCEPTED, conflict=True, look_in=0.0)
    await report(world, await claim(world, order), busy)
    await report(world, await claim(world, order), Report(Source.SUBMIT, "lost", state=State.UNCERTAIN, look_in=0.0))
    await report(world, await claim(world, order), Report(Source.FIND, "none", state=State.ACCEPTED, look_in=0.0))

    again = (await claim(world, order)).order

    assert (again.conflicts, again.resends) == (1, 1)


async def test_bandwidths_history_stands_on_the_timeline_once_and_by_its_own_time(world):
    order = await submit(world, "2015559205")
    await report(world, await claim(world, order), sent())
    later(world, 10)
    long_ago = Happening(1_400_000_000_000, "The request has been received", "RECEIVED", "jbm")
    told = Report(Source.CHECK, "checked", bandwidth_status="PROCESSING", history=(long_ago,), look_in=0.0)

    for _ in range(2):
        await report(world, await claim(world, order, "check"), told)

    first, *others = await world.timeline(order["id"])
    assert (first["at"], first["source"]) == ("2014-05-13T16:53:20.000Z", "history")
    assert (first["detail"], first["bandwidth_status"], first["by"]) == (long_ago.note, "RECEIVED", "jbm")
    assert all(each["source"] != "history" for each in others)


async def test_what_an_ended_order_knows_of_callbacks_expires_also_when_the_first_comes_after_its_end(world):
    order = await submit(world, "2015559206")
    await report(world, await claim(world, order), sent())
    later(world, 10)
    done = Report(Source.CHECK, "checked", state=State.COMPLETE, outcomes=Outcomes(Outcome("complete")))
    await report(world, await claim(world, order, "check"), done)
    parts = dict.fromkeys(CallbackNews.__dataclass_fields__)
    news = CallbackNews(**parts | {"account_id": world.account, "key": "late", "bandwidth_order_id": FIRST})

    assert (await world.desk.book.hear(news)).outcome == "late"

    assert await world.desk.store.client.pttl(keys.order(world.account, order["id"], "seen")) > 0


async def test_a_history_that_comes_with_the_end_expires_too(world):
    order = await submit(world, "2015559207")
    await report(world, await claim(world, order), sent())
    later(world, 10)
    told = (Happening(1_400_000_000_000, "Done", "COMPLETE", "jbm"),)
    done = Report(Source.CHECK, "checked", state=State.COMPLETE, outcomes=Outcomes(Outcome("complete")), history=told)
    await report(world, await claim(world, order, "check"), done)

    assert await world.desk.store.client.pttl(keys.order(world.account, order["id"], "seen")) > 0
