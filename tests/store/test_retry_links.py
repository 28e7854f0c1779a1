"""An order and the one that takes up its failed numbers name each other, until the first of them is purged."""

from __future__ import annotations

import pytest
from store_steps import FIRST, KIND, SECOND
from verified_account import account

from service.errors import NotPossibleNow
from service.lifecycle import Source, State
from service.order import Attention, NewOrder
from service.report import Report
from service.store import accepting, keys, purging, reading

NUMBERS = ("2015550101", "2015559601")
DAY_MS = 86_400_000


@pytest.fixture
async def made(valkey):
    async with account(valkey.url) as one:
        one.order_id = await one.accept(*NUMBERS)
        await one.send(one.order_id, FIRST)
        await one.complete(one.order_id)
        yield one


async def retry(made, tried=None):
    return await made.accept(NUMBERS[0], retries=made.order_id, tried=tried)


async def read(made, order_id):
    return await made.book.get(made.account, order_id)


async def wrong(made):
    return [(each.key.removeprefix(made.key("")), each.wrong) for each in (await made.verify()).findings]


async def test_both_name_each_other_and_the_first_has_a_version_an_event_and_an_entry_more(made):
    before = await read(made, made.order_id)
    retried_by = await retry(made)

    first, second = await read(made, made.order_id), await read(made, retried_by)
    assert (first.retried_by, second.retries) == (retried_by, made.order_id)
    assert (first.version, first.state) == (before.version + 1, before.state)
    _, (_, event) = await made.client.xrevrange(keys.events(made.account), count=2)
    assert (event["type"], event["id"], event["version"]) == ("order.updated", made.order_id, str(first.version))
    entry = (await reading.timeline(made.store, made.account, made.order_id))[-1]
    assert (entry["event"], entry["by"], retried_by in entry["detail"]) == ("failed_retried", "c", True)


async def test_an_open_order_is_not_retried_and_one_that_others_have_retried_since_neither(made):
    open_one = await made.accept("2015559602")
    with pytest.raises(NotPossibleNow, match="accepted"):
        await made.accept("2015559602", retries=open_one)

    first = await retry(made)
    with pytest.raises(NotPossibleNow, match=first):
        await retry(made)
    await made.cancel(first)
    second = await retry(made, tried=first)
    assert (await read(made, made.order_id)).retried_by == second
    assert await wrong(made) == []


async def test_a_rehearsal_is_told_the_same_and_writes_nothing(made):
    first = await retry(made)
    before = await made.dump()
    new = NewOrder(
        "o", made.account, KIND.name, None, NUMBERS, KIND.family, NUMBERS, {}, None, {}, retries=made.order_id
    )

    assert isinstance((await accepting.rehearse(made.store, new, 500)).refusal, NotPossibleNow)
    held = (await accepting.rehearse(made.store, NewOrder(**(fields(new) | {"retries": None})), 500)).order_of(new)

    assert (held.state, held.held_by) == ("held", first)
    assert await made.dump() == before


def fields(new):
    return {name: getattr(new, name) for name in NewOrder.__dataclass_fields__}


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        ("lost", "and does not say so"),
        ("wrong", "does not retry it"),
    ],
)
async def test_verify_finds_a_broken_link_and_a_repair_mends_it(made, damage, said):
    retried_by = await retry(made)
    if damage == "lost":
        await made.client.hdel(made.record(made.order_id), "retried_by")
    else:
        await made.client.hset(made.record(made.order_id), "retried_by", await made.accept("2015559603"))

    assert any(said in each for _, each in await wrong(made))
    await made.maintenance.repair(made.account)

    assert await wrong(made) == []
    assert (await read(made, made.order_id)).retried_by == retried_by


async def kept_for_a_search(made):
    """An ended order that stands for as long as another one is sought; returns that one too, and how to seek it."""
    source = await made.accept("2015550201", customer_order_id="again")
    await made.send(source, SECOND)
    await made.complete(source)

    async def seek():
        sought = await made.accept("2015550201", customer_order_id="again")
        attention = Attention("maybe_sent", "Look.")
        await made.look(sought, Report(Source.SUBMIT, "lost", state=State.NEEDS_ATTENTION, attention=attention))
        return sought

    return source, seek


async def sweep(made):
    return await purging.sweep(made.store, made.account, 400 * DAY_MS)


async def test_every_retry_is_kept_while_the_order_that_it_retries_stands_and_no_longer(made):
    source, seek = await kept_for_a_search(made)
    first = await made.accept("2015550201", retries=source)
    await made.cancel(first)
    second = await made.accept("2015550201", retries=source, tried=first)
    await made.cancel(second)
    sought = await seek()
    made.store.offset += 401 * DAY_MS

    assert await sweep(made) == 1, "the order of the fixture, which nothing keeps"
    assert await sweep(made) == 0
    assert [(await read(made, each)).retries for each in (first, second)] == [source] * 2
    assert ((await read(made, source)).retried_by, await wrong(made)) == (second, [])

    await made.cancel(sought)
    assert [await sweep(made) for _ in range(3)] == [1, 2, 0]
    assert await reading.get(made.store, made.account, [source, first, second]) == [None] * 3
    assert await wrong(made) == []


async def test_a_clock_that_found_a_retry_ripe_keeps_it_when_it_is_asked_to_purge_it(made):
    """Whoever looks and whoever purges hold to one rule."""
    retried_by = await retry(made)
    await made.cancel(retried_by)
    made.store.offset += 401 * DAY_MS

    assert await purging.purge(made.store, made.account, retried_by, 400 * DAY_MS) == "kept"
    assert await purging.purge(made.store, made.account, made.order_id, 400 * DAY_MS) == "purged"
    assert await purging.purge(made.store, made.account, retried_by, 400 * DAY_MS) == "purged"


async def test_an_order_may_be_purged_before_the_one_that_retries_it(made):
    retried_by = await retry(made)
    made.store.offset += 401 * DAY_MS
    assert await sweep(made) == 1

    assert (await read(made, retried_by)).retries == made.order_id
    assert await wrong(made) == []
