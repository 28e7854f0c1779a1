"""Real processes that are asked to end (SIGTERM): what is under way is ended well, and all that within ten seconds."""

from __future__ import annotations

import json
import signal
import time

import httpx
import pytest
import rig
from own_processes import environment, running

from service.local.sandbox.options import Options
from service.local.sandbox.server import build_server

#: what an orchestrator gives a process, in seconds
GIVEN = 10
BODY = json.dumps({"groups": [{"telephone_numbers": ["2015551234"], "sms": "on"}]}).encode()


@pytest.fixture
def asked(valkey, tmp_path):
    """An environment, and how its sandbox and its API are asked."""
    account, port = rig.new_account(), rig.free_port()
    with rig.served(build_server(Options(accounts=frozenset({account}), pace=0.05))) as sandbox_url:
        settings = environment(
            valkey.url, tmp_path, TRACKER_ACCOUNTS=account, TRACKER_BANDWIDTH_URL=f"{sandbox_url}/api/v1"
        )
        headers = {"Authorization": f"Bearer {rig.TOKEN}"}
        url = f"http://127.0.0.1:{port}"
        with (
            httpx.Client(base_url=sandbox_url, trust_env=False) as sandbox,
            httpx.Client(base_url=url, headers=headers, trust_env=False, timeout=20) as api,
            running(settings, tmp_path, "api", "--port", str(port)) as process,
        ):
            rig.until_sync(lambda: is_there(api), 20)
            yield settings, account, sandbox, api, process


def is_there(api):
    try:
        return api.get("/readyz", params={"for": "orders"}).status_code == 200
    except httpx.TransportError:
        return False


def slowly(parts, between):
    """A body whose second half comes once something has happened."""
    first, *rest = parts
    yield first
    between()
    yield from rest


def test_an_api_that_is_asked_to_end_takes_the_order_whose_body_is_still_coming(asked):
    _, account, _, api, process = asked
    path = f"/v1/accounts/{account}/orders/tn-options"
    began = []

    def end():
        began.append(time.monotonic())
        process.send_signal(signal.SIGTERM)
        rig.until_sync(lambda: not accepts(api))

    headers = {"Content-Type": "application/json", "Content-Length": str(len(BODY))}
    answer = api.post(path, content=slowly([BODY[:20], BODY[20:]], end), headers=headers)

    assert (answer.status_code, answer.json()["state"]) == (202, "accepted")
    assert process.wait(GIVEN) in (0, -signal.SIGTERM)
    assert time.monotonic() - began[0] < GIVEN


def accepts(api):
    try:
        httpx.get(api.base_url.join("/livez"), trust_env=False)
    except httpx.ConnectError:
        return False
    return True


def test_a_worker_and_a_clock_that_are_asked_to_end_in_mid_exchange_keep_what_bandwidth_answers(asked, tmp_path):
    settings, account, sandbox, api, _ = asked
    with (
        running(settings, tmp_path, "worker", "submit") as worker,
        running(settings, tmp_path, "clock") as clock,
    ):
        sandbox.put("/_sandbox/faults", json={"latency_ms": 3000}).raise_for_status()
        order = api.post(f"/v1/accounts/{account}/orders/tn-options", json=json.loads(BODY)).json()
        rig.until_sync(lambda: state(api, order) == "submitting", 20)
        rig.until_sync(lambda: any(each["posts"] for each in sandbox.get("/_sandbox/orders").json()), 20)
        rig.until_sync(lambda: any(tmp_path.rglob("clock.*")), 20)
        began = time.monotonic()
        worker.terminate()
        clock.terminate()

        assert (worker.wait(GIVEN), clock.wait(GIVEN)) == (0, 0)
        assert time.monotonic() - began < GIVEN
    assert state(api, order) == "received"
    # the queue is that of all tests here: the worker may have been rung for another's order too
    (entry,) = [each for each in sandbox.get("/_sandbox/orders").json() if each["account_id"] == account]
    assert (entry["posts"], entry["customer_order_id"]) == (1, order["id"])


def state(api, order):
    return api.get(order["links"]["self"]).json()["state"]
