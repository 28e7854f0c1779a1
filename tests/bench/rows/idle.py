"""End to end while nothing else happens: one order, or one callback, after the other."""

from __future__ import annotations

import asyncio
import statistics
import time

import httpx
import rig
from orders_made import OURS, accept, callbacks, seed
from row import Figure, Row, at_most

_ORDERS = f"/v1/accounts/{OURS}/orders"
_AUTHORIZED = {"Authorization": f"Bearer {rig.TOKEN}"}


def submitted(stage):
    """From the 202 to the moment at which the POST is at Bandwidth."""
    carrier = stage.carrier(0)
    with (
        stage.running(["-m", "service.cli", "worker", "submit"], 0),
        httpx.Client(base_url=carrier, trust_env=False) as bandwidth,
        httpx.Client(base_url=f"http://127.0.0.1:{stage.ours}", headers=_AUTHORIZED, trust_env=False) as api,
    ):
        took = [_sent(api, bandwidth) for _ in range(stage.scale.idle + 5)][5:]
    yield _p50(at_most(10, "10 ms p50, 202 to POST"), took)


def _sent(api, bandwidth):
    body = accept("", 1)[0].partition(b"\r\n\r\n")[2]
    order = api.post(f"{_ORDERS}/tn-options", content=body, headers={"Content-Type": "application/json"})
    accepted = time.monotonic()
    sent = rig.until_sync(lambda: bandwidth.get("/_seen").json()["seen"].get(order.json()["id"]), 30)
    bandwidth.delete("/_seen")
    return 1000 * (sent - accepted)


def seen(stage):
    """From the callback's first byte to the answer of somebody who waits for a change of its order."""
    yield _p50(at_most(5, "5 ms p50, callback to long poll"), asyncio.run(_polled(stage)))


async def _polled(stage):
    pairs = seed(stage.client, f"{{{OURS}}}:", stage.scale.idle + 8)
    async with httpx.AsyncClient(
        base_url=f"http://127.0.0.1:{stage.ours}", headers=_AUTHORIZED, trust_env=False, timeout=30
    ) as api:
        took = [await _woken(api, pair) for at, pair in enumerate(pairs) if at % 10 != 9]
    return took[3:]


async def _woken(api, pair):
    waiting = asyncio.create_task(_timed(api.get(f"{_ORDERS}/{pair[0]}?wait=20")))
    await asyncio.sleep(0.03)  # it must have begun
    body = callbacks("", [pair])[0].partition(b"\r\n\r\n")[2]
    began = time.monotonic()
    answer = await api.post(
        f"/callbacks/bandwidth/{OURS}/{rig.SEGMENT}",
        content=body,
        headers={"Content-Type": "application/xml"},
        auth=rig.CALLBACK,
    )
    assert answer.status_code == 200
    return 1000 * (await waiting - began)


async def _timed(awaitable):
    assert (await awaitable).json()["state"] == "processing"
    return time.monotonic()


def _p50(goal, took):
    ranks = statistics.quantiles(took, n=20)
    return Figure(goal, statistics.median(took), f"p50 {statistics.median(took):.1f} ms, p95 {ranks[-1]:.1f} ms")


ROWS = (Row("end to end, 202 to POST", submitted), Row("end to end, callback to long poll", seen))
