"""An event is written in one way, and its id is the same wherever it is read: from the stream, or by the scripts."""

from __future__ import annotations

import json

import pytest
from event_steps import bring, listen, stream
from pydantic import TypeAdapter
from test_fan_out import tell

from service import event as events
from service.event import PING, SHAPES, TYPES, Event, EventJson, body_of, event_json
from service.store import keys


async def test_what_a_stream_reads_is_what_is_delivered(world, receiver):
    await listen(world, receiver)
    told = [
        ("order.completed", "a", 3),
        ("subscription.unhealthy", f"{world.account}-dldas", 1, "dlda lidb", "missing"),
    ]
    await tell(world, *told, ("endpoint.disabled", "e", 2, "", "gone"))
    await bring(world)
    entries = await world.desk.store.client.xrange(keys.events(world.account))
    read = [event_json(Event.read(world.account, entry_id, fields)) for entry_id, fields in entries]
    assert len(await stream(world)) == 3
    assert sorted(map(json.dumps, read)) == sorted(json.dumps(each.body) for each in receiver.told)


def made(type_):
    kind, state = {"order": ("lidb", "complete"), "subscription": ("lidb dlda", "missing failing")}.get(
        type_.partition(".")[0], ("", "gone")
    )
    return Event("evt_x", type_, 1_700_000_000_123, "99", "99-lidbs", kind, state, 7)


@pytest.mark.parametrize("type_", [*TYPES, PING])
def test_every_type_has_a_shape_that_its_data_fits(type_):
    event = json.loads(body_of(made(type_)))
    assert (event["type"], event["timestamp"]) == (type_, "2023-11-14T22:13:20.123Z")
    TypeAdapter(EventJson).validate_python(event)
    assert set(event["data"]) == SHAPES[type_].__required_keys__


def test_a_subscription_is_told_of_by_its_order_type():
    assert made("subscription.unhealthy").data == {
        "account_id": "99",
        "order_type": "lidbs",
        "kinds": ["lidb", "dlda"],
        "problems": ["missing", "failing"],
        "version": 7,
    }
    assert set(SHAPES) == {*TYPES, events.PING}


async def test_a_subscription_is_told_to_whoever_asks_for_one_of_its_kinds(world, receiver, other):
    await listen(world, receiver, kinds=["dlda"])
    await listen(world, other, kinds=["tn-options"])
    await tell(world, ("subscription.healthy", f"{world.account}-x", 1, "lidb dlda", ""))
    await bring(world)
    assert [each.type for each in receiver.told] == ["subscription.healthy"]
    assert other.told == []
