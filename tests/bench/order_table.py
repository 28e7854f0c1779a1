"""How soon the table of orders begins to come, and how large it is, in an account of very many orders.

    PYTHONPATH=tests:tests/bench .venv/bin/python tests/bench/order_table.py --orders 100000

Starts a server and an API process of its own, prints a table and ends; the exit code is 1 when the first byte takes
more than `MOST_MS` (median) or the page is larger than `MOST_BYTES`.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import statistics
import sys
import time

import httpx
import rig
from idle_streams import QUIET, process, say

from service import wiring
from service.identifiers import new_id
from service.lifecycle import State
from service.store import keys

MOST_MS = 30.0
MOST_BYTES = 60_000
#: states, and how many of a thousand orders are in them
MIX = {
    State.COMPLETE: 930, State.FAILED: 20, State.PARTIAL: 20, State.PROCESSING: 15, State.NEEDS_ATTENTION: 5,
    State.REJECTED: 10,
}  # fmt: skip
ERROR = {"code": "5001", "description": "The telephone number is not available on this account", "count": 1}
ASKED = {
    "newest first": "",
    "open": "?state=open",
    "failed": "?state=failed",
    "one number": "?telephone_number=2015550042",
    "an error code": "?error_code=5001",
}


def record(at, state, number):
    fields = {
        "kind": "tn-options", "origin": "api", "family": "tn-options", "state": state, "version": 5,
        "numbers": " ".join(str(2_015_550_000 + (number + each) % 10_000) for each in range(3)),
        "request": '{"groups":[{"telephone_numbers":3,"sms":"on"}]}',
        "customer_order_id": f"move-2026-{number:06d}", "created_at": at, "updated_at": at + 5_000,
        "completed_numbers": 3 if state == State.COMPLETE else 0, "bandwidth_order_id": new_id(),
    }  # fmt: skip
    if state in (State.FAILED, State.PARTIAL, State.REJECTED):
        fields |= {"failed_numbers": 3, "errors": json.dumps([ERROR | {"telephone_numbers": []}])}
    if state == State.NEEDS_ATTENTION:
        fields["attention"] = '{"why":"maybe_sent","do":"Bandwidth may or may not have taken this order."}'
    return fields


async def fill(client, count):
    """Make orders as the table reads them: records, what happened last, and indexes."""
    states, at = random.Random(1).choices(list(MIX), list(MIX.values()), k=count), round(time.time() * 1000) - 10**9
    entry = json.dumps({"at": at, "event": "checked", "source": "check", "bandwidth_status": "COMPLETE"})
    for some in _batches(states):
        pipeline = client.pipeline(transaction=False)
        for number, state in some:
            order_id = new_id()
            pipeline.hset(keys.order(QUIET, order_id), mapping=record(at + number, state, number))
            pipeline.rpush(keys.order(QUIET, order_id, "timeline"), entry)
            for kind, of in ((None, None), (None, state), ("tn-options", None), ("tn-options", state)):
                pipeline.zadd(keys.index(QUIET, kind, of), {order_id: 0})
            telephone_number = str(2_015_550_000 + number % 10_000)
            if number < 10_000:
                pipeline.hset(keys.numbers(QUIET), telephone_number, order_id)
            else:
                pipeline.zadd(keys.number(QUIET, telephone_number), {order_id: 0})
        await pipeline.execute()


def _batches(states):
    # itertools has it from 3.12 on
    numbered = list(enumerate(states))
    return (numbered[at : at + 2_000] for at in range(0, len(numbered), 2_000))


async def first_bytes(page, path, rounds):
    """Milliseconds to the first byte of the body, and the bytes of the page."""
    took, size = [], 0
    for _ in range(rounds):
        began = time.perf_counter()
        async with page.stream("GET", path) as answer:
            assert answer.status_code == 200, path
            chunks = answer.aiter_raw()
            size = len(await anext(chunks))
            took.append(1000 * (time.perf_counter() - began))
            size += sum([len(each) async for each in chunks])
    return took, size


async def measure(arguments, redis_url):
    desk = wiring.build(rig.settings_for(redis_url, QUIET))
    await fill(desk.store.client, arguments.orders)
    await desk.close()
    port, is_good = rig.free_port(), True
    with process(redis_url, port):
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", trust_env=False) as page:
            await rig.until(lambda: _is_in(page), 30)
            say(f"{arguments.orders} orders\n{'table':16} {'p50 ms':>7} {'p95 ms':>7} {'bytes':>7}")
            for name, query in ASKED.items():
                path = f"/dashboard/accounts/{QUIET}/orders{query}"
                await first_bytes(page, path, 5)
                took, size = await first_bytes(page, path, arguments.rounds)
                median, slow = statistics.median(took), statistics.quantiles(took, n=20)[-1]
                say(f"{name:16} {median:7.1f} {slow:7.1f} {size:7}")
                is_good = is_good and size <= MOST_BYTES and (bool(query) or median <= MOST_MS)
    return is_good


async def _is_in(page):
    try:
        return (await page.post("/dashboard/sign-in", data={"token": rig.TOKEN})).status_code == 303
    except httpx.TransportError:
        return False


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--orders", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=100)
    arguments = parser.parse_args()
    with rig.valkey() as server:
        sys.exit(0 if asyncio.run(measure(arguments, server.url)) else 1)


if __name__ == "__main__":
    main()
