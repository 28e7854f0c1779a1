"""A process dies between a change and the end of its delivery: every event arrives all the same, with one id."""

from __future__ import annotations

import httpx
import pytest
import receiver as receivers
from fault_events import all_are_told, are_sound
from fault_steps import ended, submit, until

#: where a process dies, and which
PLACES = [
    ("an event is on the stream", "api"),
    ("an event is on the stream", "worker-submit"),
    ("an event is on the stream", "worker-check"),
    ("deliveries are made", "worker-deliver"),
    ("a delivery is taken", "worker-deliver"),
    ("an event is delivered", "worker-deliver"),
    ("an attempt is recorded", "worker-deliver"),
]


@pytest.fixture(scope="module")
def api(run):
    headers = {"Authorization": f"Bearer {run.credentials.api_token}"}
    with httpx.Client(base_url=run.api, headers=headers, timeout=5, trust_env=False) as client:
        yield client


@pytest.fixture(scope="module")
def receiver(run, api):
    with receivers.receiver() as made:
        answer = until(run, lambda: api.post("/endpoints", json={"url": made.url}))
        assert answer.status_code == 201, answer.text
        made.secrets.append(answer.json()["secret"])
        yield made


@pytest.mark.parametrize(("point", "part"), PLACES)
def test_a_process_dies_and_every_event_arrives(run, api, receiver, crash, point, part):
    crashed = crash(point, part)

    order_id = submit(run, api)

    assert ended(run, api, order_id) == "complete"
    assert until(run, crashed.exists)
    order = api.get(f"/orders/{order_id}").json()
    assert until(run, lambda: all_are_told(receiver.of(order_id), order))
    assert are_sound(receiver.of(order_id))
    if point == "an event is delivered":
        # what was not recorded comes again, and is told apart by nothing
        ids = [each.id for each in receiver.of(order_id)]
        assert until(run, lambda: len(receiver.of(order_id)) > len({each.id for each in receiver.of(order_id)})), ids


def test_a_receiver_that_was_away_gets_the_end_whatever_dies_meanwhile(run, api, receiver):
    receiver.answer = lambda _told: 503
    try:
        order_id = submit(run, api)
        assert ended(run, api, order_id) == "complete"
        order = api.get(f"/orders/{order_id}").json()
        until(run, lambda: receiver.of(order_id))
        for child in run.named("worker-deliver", "clock", "server"):
            child.kill(0)
    finally:
        receiver.answer = lambda _told: 200
    before = len(receiver.of(order_id))

    assert until(run, lambda: {order["version"]} <= {each.version for each in receiver.of(order_id)[before:]})
    assert until(run, lambda: all_are_told(receiver.of(order_id), order))
    assert are_sound(receiver.of(order_id))
