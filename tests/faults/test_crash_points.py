"""The crash points by name: a process dies there, another goes on, and the order ends complete, once at Bandwidth."""

from __future__ import annotations

import uuid

import fault_xml
import httpx
import pytest
from fault_orders import AMENDABLE, AWAITS_CHANGE
from fault_steps import at_bandwidth, ended, state_of, submit, submit_as_xml, until

from service.kinds import shelf

#: where a process dies, and which
PLACES = [
    ("the 202 is built", "api"),
    ("the order is on disk", "api"),
    ("a job is dequeued", "worker-submit"),
    ("an order is claimed", "worker-submit"),
    ("a token is read", "worker-submit"),
    ("a request is about to be written", "worker-submit"),
    ("the answer is read", "worker-submit"),
    ("the answer is recorded", "worker-submit"),
    ("a callback is read", "api"),
    ("a callback is on disk", "api"),
    ("a job is dequeued", "worker-check"),
    ("an order is claimed", "worker-check"),
    ("the clock has taken what is due", "clock"),
]
#: what the sandbox does to a POST: taken or not, there is no answer that tells
NO_ANSWER = [
    {"accept_then_reset": 1},
    {"reset_before_accept": 1},
    {"cut_answers": 1},
    {"error_500": 1},
    {"error_503": 1},
    {"latency_ms": 2600},
]
#: an order of this number takes three times as long at the sandbox
TAKES_LONG = "2015550122"


@pytest.fixture
def api(run):
    headers = {"Authorization": f"Bearer {run.credentials.api_token}"}
    with httpx.Client(base_url=run.api, headers=headers, timeout=5, trust_env=False) as client:
        yield client


@pytest.mark.parametrize(("point", "part"), PLACES)
def test_a_process_dies_and_the_order_ends_once(run, api, sandbox, crash, point, part):
    if part == "clock":
        sandbox.put("/_sandbox/faults", json={"drop_callbacks": 1})
    crashed = crash(point, part)

    order_id = submit(run, api)

    assert ended(run, api, order_id) == "complete"
    assert until(run, crashed.exists)
    assert len(at_bandwidth(sandbox, order_id)) == 1


@pytest.mark.parametrize(
    ("point", "part", "kind"),
    [
        *(("the 201 is built", "api", kind) for kind in sorted(fault_xml.RESOURCES)),
        ("the order is on disk", "api", "tn-options"),
        ("a request is about to be written", "worker-submit", "lidb"),
        ("the answer is read", "worker-submit", "dlda"),
    ],
)
def test_a_process_dies_and_an_order_in_bandwidths_xml_ends_once(run, api, sandbox, crash, point, part, kind):
    crashed = crash(point, part)
    reference = f"crash {uuid.uuid4().hex[:16]}"

    order_id = submit_as_xml(run, api, kind, reference)

    assert ended(run, api, order_id) == "complete"
    assert until(run, crashed.exists)
    # Bandwidth knows it by what its client called it
    assert len(at_bandwidth(sandbox, reference)) == 1
    called_so = api.get("/orders", params={"customer_order_id": reference}).json()["orders"]
    assert [each["id"] for each in called_so] == [order_id]


def test_a_callback_in_the_spool_outlives_its_process(run, api, crash):
    (server,) = run.named("server")
    crashed = crash("a callback is in the spool", "api")
    order_id = submit(run, api, number=TAKES_LONG)
    assert until(run, lambda: state_of(api, order_id) in {"received", "processing"})
    before = run.counters().get("callback.spooled", 0)
    try:
        server.freeze()
        assert until(run, crashed.exists)
    finally:
        server.go_on()

    assert until(run, lambda: run.counters().get("callback.spooled", 0) > before)
    assert ended(run, api, order_id) == "complete"


@pytest.mark.parametrize("kind", sorted(shelf()))
def test_of_every_kind_an_answer_that_was_read_and_not_recorded_is_found_again(run, api, sandbox, crash, kind):
    crashed = crash("the answer is read", "worker-submit")

    order_id = submit(run, api, kind)

    assert ended(run, api, order_id) == "complete"
    assert crashed.exists()
    # a setting is no order there
    assert len(at_bandwidth(sandbox, order_id)) == bool(shelf()[kind].subscription_names)


@pytest.mark.parametrize("faults", NO_ANSWER, ids=lambda faults: next(iter(faults)))
def test_a_post_without_an_answer_is_there_once(run, api, sandbox, faults):
    sandbox.put("/_sandbox/faults", json=faults)
    order_id = submit(run, api)
    until(run, lambda: sandbox.get("/_sandbox/orders", params={"customer_order_id": order_id}).json())
    sandbox.put("/_sandbox/faults", json={})

    assert ended(run, api, order_id) == "complete"
    assert len(at_bandwidth(sandbox, order_id)) == 1


@pytest.mark.parametrize("point", ["a request is about to be written", "the answer is read"])
def test_a_change_of_an_order_is_made_whatever_dies(run, api, sandbox, crash, point):
    target = submit(run, api, AMENDABLE, AWAITS_CHANGE)
    until(run, lambda: state_of(api, target) == "received")
    crashed = crash(point, "worker-submit")

    amendment = submit(run, api, AMENDABLE, AWAITS_CHANGE, amends=target)

    assert [ended(run, api, each) for each in (amendment, target)] == ["complete", "complete"]
    assert crashed.exists()
    assert len(at_bandwidth(sandbox, target)) == 1


def test_a_server_that_dies_in_the_middle_of_a_write_comes_back_with_all_it_acknowledged(run, api, sandbox):
    """What it was writing was acknowledged to nobody: the torn end is cut off."""
    ids = [submit(run, api) for _ in range(5)]
    (server,) = run.named("server")
    server.kill(again_in=60)
    newest = max(run.root.glob("run/server/appendonlydir/*.incr.aof"))
    with newest.open("ab") as file:
        file.write(b"*3\r\n$3\r\nSET\r\n$4\r\ntorn\r\n$100\r\nhalf a val")
    run.heal()

    assert {ended(run, api, each) for each in ids} == {"complete"}
    assert [len(at_bandwidth(sandbox, each)) for each in ids] == [1] * 5
