"""Three APIs, eight workers, three clocks on one store, with faults on: nothing is done twice, and nothing is lost."""

from __future__ import annotations

import asyncio
import contextlib
import json
import random
import time
from typing import Any, Final

import fault_events
import httpx
import pytest
import receiver as receivers
import witness
from fault_client import Client
from fault_judge import judge
from fault_orders import Orders, Placed
from fleet import Fleet

from service.book import BACKLOG
from service.lifecycle import STEP_OF, TERMINAL

SEED: Final = 7
#: orders before there are workers, and after; of these every fourth is sent to two APIs at once
UNHEARD, LIVE = 90, 150
#: rows of a batch, and how many make an order
ROWS, SIZE = 30, 3
UNDER_WAY: Final = 20
LEASE, CLOCK = 3.0, 0.25
#: bells that one queue takes from clocks
MOST_BELLS: Final = 100
FAULTS: Final = {
    "drop_callbacks": 0.2,
    "duplicate_callbacks": 0.3,
    "reorder_callbacks": 0.2,
    "early_callbacks": 0.2,
    "accept_then_reset": 0.08,
    "reset_before_accept": 0.08,
    "cut_answers": 0.05,
    "latency_ms": 40,
}


class Story:
    """What is ordered of the fleet, through all of its APIs, and what came of it."""

    def __init__(self, fleet: Fleet):
        self.fleet = fleet
        self.dice = random.Random(SEED)
        self.orders = Orders(self.dice)
        self.placed: list[Placed] = []
        self.most_bells: dict[str, int] = {}
        self.clients = [Client(fleet, self.dice, api) for api in fleet.apis]

    async def ready(self):
        """Wait until all APIs answer."""
        async with asyncio.timeout(60):
            for each in self.clients:
                while not await self._answers(each):  # noqa: ASYNC110  (it is asked over HTTP)
                    await asyncio.sleep(0.1)

    async def order(self, count: int, *, twice: int = 0):
        """Order by all APIs in turn, many at once; every `twice`th by two of them at the same time."""
        room = asyncio.Semaphore(UNDER_WAY)

        async def one(number: int, order: Placed):
            async with room:
                order.sent_at = time.monotonic()
                doors = 2 if twice and number % twice == 0 else 1
                await asyncio.gather(*(self.clients[(number + each) % 3].place(order) for each in range(doors)))

        made = [self._made() for _ in range(count)]
        self.placed += made
        await asyncio.gather(*(one(number, order) for number, order in enumerate(made)))

    async def batch(self):
        """Send the rows to two APIs at once, under one key; each of their orders is one of ours."""
        rows = [{"telephone_number": f"20166{number:05d}", "sms": "on"} for number in range(ROWS)]
        content = "\n".join(map(json.dumps, rows))
        headers = {"Content-Type": "application/x-ndjson", "Idempotency-Key": "one-batch"}
        calls = (
            each.http.post("/orders/tn-options/bulk", content=content, headers=headers, params={"order_size": SIZE})
            for each in self.clients[1:]
        )
        first, second = [each.raise_for_status().json()["id"] for each in await asyncio.gather(*calls)]
        assert first == second
        return first

    async def ended(self, batch: str):
        """Wait until no order is open; then the batch's orders are known, too."""
        async with asyncio.timeout(90):
            while not await self._is_over():
                self._count_bells()
                await asyncio.sleep(0.2)
        listed = await self.clients[0].http.get("/orders", params={"batch_id": batch, "limit": 250})
        self.placed += [Placed("tn-options", {}, None, 0, id=each["id"]) for each in listed.json()["orders"]]

    async def backlog(self):
        """Let the clocks ring for more than two leases while there is nobody to hear them."""
        until = time.monotonic() + 2 * LEASE + 4 * CLOCK
        while time.monotonic() < until:
            self._count_bells()
            await asyncio.sleep(CLOCK)

    def _count_bells(self):
        for work, count in self.fleet.bells().items():
            self.most_bells[work] = max(count, self.most_bells.get(work, 0))

    def _made(self) -> Placed:
        kind = self.orders.kind()
        return Placed(kind, self.orders.body(kind), f"key-{self.dice.getrandbits(64):x}", 0)

    async def _answers(self, client: Client) -> bool:
        try:
            return (await client.http.get("/orders", params={"limit": 1})).is_success
        except httpx.HTTPError:
            return False

    async def _is_over(self):
        for state in STEP_OF:
            with contextlib.suppress(httpx.HTTPError):
                answer = await self.clients[0].http.get("/orders", params={"state": state, "limit": 1})
                if not answer.raise_for_status().json()["orders"]:
                    continue
            return False
        return True


@pytest.fixture
def fleet():
    made = Fleet(SEED, TRACKER_MAX_BELLS=str(MOST_BELLS))
    try:
        yield made
    finally:
        made.end(keep=False)


async def _told(fleet: Fleet, receiver: receivers.Receiver) -> dict[str, Any]:
    story = Story(fleet)
    tending = asyncio.create_task(fleet.keep())
    sandbox = story.clients[0].sandbox
    await story.ready()
    await fault_events.listen(story.clients[0], receiver, SEED)
    await story.order(UNHEARD)
    await story.backlog()
    rung = witness.read(fleet.told)
    # in the main thread: the kernel kills its children with the thread that started them
    fleet.start()
    await sandbox.put("/_sandbox/faults", json=FAULTS)
    _, batch = await asyncio.gather(story.order(LIVE, twice=4), story.batch())
    await story.ended(batch)
    acted = (await sandbox.put("/_sandbox/faults", json={})).json()["acted"]
    ledger = (await sandbox.get("/_sandbox/orders", timeout=60)).json()
    records = {each.id: await story.clients[1].surely(each.id) for each in story.placed if each.id}
    ended = [each for each in records.values() if each and each["state"] in TERMINAL]
    untold = await fault_events.untold(receiver, ended)
    tending.cancel()
    for each in story.clients:
        await each.close()
    return {"story": story, "rung": rung, "acted": acted, "ledger": ledger, "records": records, "untold": untold}


@pytest.mark.timeout(180)
def test_nothing_is_done_twice_by_many_machines(fleet, record_property):
    fleet.begin("sandbox", "api", "clock")
    with receivers.receiver() as receiver:
        found = asyncio.run(_told(fleet, receiver))
    story, told = found["story"], witness.read(fleet.told)
    verdict = judge(story.placed, found["records"], found["ledger"])

    assert verdict.acknowledged == len(story.placed) == UNHEARD + LIVE + ROWS // SIZE
    assert verdict.bad == {}
    assert verdict.refused == []
    assert verdict.converged == verdict.acknowledged
    assert found["untold"] == {}
    assert fleet.differences() == []
    assert all(found["acted"][name] for name in FAULTS), found["acted"]
    assert [*witness.doubled_work(told)] == []
    assert len({each["pid"] for each in told if each["what"] == "claimed"}) == 6
    # between them the clocks rang once a lease for what nobody looked at; the replies may have come at other speeds
    assert [*witness.rung_early(found["rung"], LEASE - CLOCK)] == []
    assert len({each["pid"] for each in found["rung"]}) > 1
    # APIs ring no more where the account has a backlog; bells of orders that a long round has taken wait for its end
    assert max(story.most_bells.values()) <= MOST_BELLS + 2 * BACKLOG + UNDER_WAY, story.most_bells
    record_property("bells", story.most_bells)
