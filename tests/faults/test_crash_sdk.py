"""A worker dies under an order that Bandwidth's own Python SDK has placed: its caller sees nothing of it."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor

import bandwidth_sdk
from fault_steps import until

from service.local.environment import ACCOUNT

#: the number of the first order that this part of the SDK's script places
PART, NUMBER = "names", "2018551101"
SECONDS = 120


def test_a_worker_dies_and_an_order_of_the_sdk_ends_once(run, sandbox, crash):
    crashed = crash("the answer is read", "worker-submit")
    credentials = {"username": "default", "password": run.credentials.api_token}
    url = run.api.partition("/v1/")[0]
    with ThreadPoolExecutor(1) as beside:
        calls = beside.submit(asyncio.run, bandwidth_sdk.seen(url, ACCOUNT, credentials, PART))
        assert until(run, calls.done, SECONDS)
    seen = calls.result()

    assert crashed.exists()
    assert seen["lidbs created"]["processing_status"] == "RECEIVED"
    assert seen["lidbs ended"]["processing_status"] == "COMPLETE"
    orders = sandbox.get("/_sandbox/orders", params={"limit": 10_000}).json()
    orders = orders["orders"] if isinstance(orders, dict) else orders
    assert len([each for each in orders if each["order_id"] and NUMBER in each["telephone_numbers"]]) == 1
