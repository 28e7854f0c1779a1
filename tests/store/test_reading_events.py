"""Reading the stream of events from a place on: what comes, and whether all of it is still there."""

from __future__ import annotations

import pytest
import rig

from service import wiring
from service.store import keys
from service.store.events import stream
from service.store.events.stream import START, Place, place_of


@pytest.fixture
async def desk(valkey):
    made = wiring.build(rig.settings_for(valkey.url, rig.new_account()))
    yield made
    await made.close()


@pytest.fixture
def account(desk):
    return desk.settings.accounts[0]


async def write(desk, account, *places):
    for each in places:
        fields = {"type": "order.updated", "id": "an-order", "kind": "lidb", "state": "received", "version": each}
        await desk.store.client.xadd(keys.events(account), fields, id=f"{each}-0")


async def trim(desk, account, oldest):
    await desk.store.client.xtrim(keys.events(account), minid=f"{oldest}-0", approximate=False)


async def read(desk, account, after, most=stream.MOST):
    page = await stream.after(desk.store, account, Place(after, 0), most)
    return [each.place.ms for each in page.entries], page.end.ms, page.is_whole


async def test_what_came_after_a_place_is_read_in_turn_and_a_piece_at_a_time(desk, account):
    await write(desk, account, 10, 20, 30)
    assert await read(desk, account, 0) == ([10, 20, 30], 30, True)
    assert await read(desk, account, 10, 1) == ([20], 30, True)
    assert await read(desk, account, 15) == ([20, 30], 30, True)
    assert await read(desk, account, 30) == ([], 30, True)
    assert await stream.end(desk.store, account) == Place(30, 0)


async def test_a_stream_without_events_is_whole_from_its_start_and_ends_where_it_ended(desk, account):
    assert await read(desk, account, 0) == ([], 0, True)
    assert await read(desk, account, 1) == ([], 0, False)
    assert await stream.end(desk.store, account) == START
    await write(desk, account, 10, 20)
    await trim(desk, account, 30)
    assert await stream.end(desk.store, account) == Place(20, 0)
    assert await read(desk, account, 20) == ([], 20, True)
    assert await read(desk, account, 10) == ([], 20, False)


async def test_a_place_before_the_oldest_event_is_lost_once_older_ones_have_gone(desk, account):
    await write(desk, account, 10, 20, 30)
    assert (await read(desk, account, 5))[2]
    await trim(desk, account, 20)
    assert await read(desk, account, 5) == ([], 30, False)
    assert await read(desk, account, 20) == ([30], 30, True)


async def test_a_place_behind_the_end_is_of_another_stream(desk, account):
    await write(desk, account, 10)
    assert await read(desk, account, 11) == ([], 10, False)
    assert await read(desk, account, (1 << 64) - 1) == ([], 10, False)


@pytest.mark.parametrize(
    "text", ["", "1", "1-", "-1", "1-2-3", "a-b", "1-2 ", "1-2\n", "\u0661-\u0662", f"{1 << 64}-0", f"0-{1 << 64}"]
)
def test_what_is_no_place_is_refused(text):
    with pytest.raises(ValueError, match="no place"):
        place_of(text)


def test_places_are_written_as_they_are_read_and_rise_by_their_numbers():
    texts = ["0-0", "9-0", "9-1", "10-0", f"{(1 << 64) - 1}-3"]
    assert [str(place_of(each)) for each in texts] == texts
    assert sorted(map(place_of, reversed(texts))) == [*map(place_of, texts)]
