"""A replica is promoted by sentinels while orders come in: acknowledged orders survive, each once at the carrier.

API, workers and clock are processes of their own; nobody restarts one by hand. The server that was killed is started
again as a replica, as any start script would: without one there is nothing to wait for.
"""

from __future__ import annotations

import asyncio
import itertools
import sys
import time
import uuid
from collections import Counter, defaultdict

import httpx
import pytest
from fault_run import FaultRun
from sentinel import watched

from service.lifecycle import TERMINAL

PER_SECOND = 25
#: seconds for which orders are repeated and waited for
PATIENCE = 60
#: seconds after which a primary drops a silent replica
DROPPED = 2


class Load:
    """A client that orders at a steady pace, and repeats with the same Idempotency-Key until it is answered 202."""

    def __init__(self, run):
        headers = {"Authorization": f"Bearer {run.credentials.api_token}"}
        self.api = httpx.AsyncClient(base_url=run.api, headers=headers, timeout=4, trust_env=False)
        self.sandbox = httpx.AsyncClient(base_url=run.sandbox, timeout=10, trust_env=False)
        #: number -> the order's id and when it was acknowledged
        self.acknowledged = {}
        self.said = Counter()
        self.ends = {*TERMINAL, "lost"}
        self.stop = asyncio.Event()

    async def __aenter__(self):
        return self

    async def __aexit__(self, *_):
        await self.api.aclose()
        await self.sandbox.aclose()

    async def run(self):
        async with asyncio.TaskGroup() as tasks:
            number = 2_019_880_000
            while not self.stop.is_set():
                number += 1
                tasks.create_task(self._order(str(number)))
                await asyncio.sleep(1 / PER_SECOND)

    async def _order(self, number):
        body = {"groups": [{"telephone_numbers": [number], "sms": "on"}]}
        headers, until = {"Idempotency-Key": str(uuid.uuid4())}, time.monotonic() + PATIENCE
        while number not in self.acknowledged and time.monotonic() < until:
            try:
                answer = await self.api.post("/orders/tn-options", json=body, headers=headers)
            except httpx.HTTPError:
                self.said["no answer"] += 1
            else:
                self.said[answer.status_code] += 1
                if answer.status_code == 202:
                    self.acknowledged[number] = (answer.json()["id"], time.monotonic())
                    return
            await asyncio.sleep(0.2)

    async def more(self, count):
        """Wait until so many more orders are acknowledged."""
        wanted = len(self.acknowledged) + count
        await until(lambda: len(self.acknowledged) >= wanted)

    def silence(self):
        """Return the longest time in seconds between two acknowledgements."""
        times = sorted(at for _, at in self.acknowledged.values())
        return max(after - before for before, after in itertools.pairwise(times))

    async def states(self):
        """Count acknowledged orders by their state; `lost`: the API does not know it."""
        answers = [await self.api.get(f"/orders/{each}") for each, _ in self.acknowledged.values()]
        assert {each.status_code for each in answers} <= {200, 404}
        return Counter("lost" if each.status_code == 404 else each.json()["state"] for each in answers)

    async def settled(self):
        """Wait until every acknowledged order has ended or is lost."""
        deadline = time.monotonic() + PATIENCE
        while set(states := await self.states()) - self.ends:
            assert time.monotonic() < deadline, states
            await asyncio.sleep(0.2)

    async def at_carrier(self):
        """Return how many orders the carrier has of each number."""
        rows, found = (await self.sandbox.get("/_sandbox/orders", params={"limit": 10_000})).json(), defaultdict(int)
        rows = rows["orders"] if isinstance(rows, dict) else rows
        for row in rows:
            for number in row["telephone_numbers"] if row["order_id"] else ():
                found[number] += 1
        return found


async def until(condition):
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, "it never came true"
        await asyncio.sleep(0.02)


async def fail_over(servers, load, *, hung):
    """Kill the primary, with a replica that is well or has hung until then, and wait for more acknowledgements."""
    primary = servers.primary
    if hung:
        servers.other(primary).hang()
        await hung(primary)
    primary.kill()
    servers.other(primary).go_on()
    await until(lambda: servers.primary is not primary)
    await asyncio.to_thread(servers.start_again, primary)
    await load.more(PER_SECOND)


async def story(run, servers, load, hung=None):
    """Order, fail over, order on; returns the longest silence, and the seconds until all had ended."""
    async with asyncio.TaskGroup() as tasks:
        keeping = tasks.create_task(run.keep())
        ordering = tasks.create_task(load.run())
        await load.more(2 * PER_SECOND)
        await fail_over(servers, load, hung=hung)
        load.stop.set()
        await ordering
        began = time.monotonic()
        await load.settled()
        keeping.cancel()
    return load.silence(), time.monotonic() - began


@pytest.fixture
def running():
    """Start everything over a primary, its replica and three sentinels."""
    started = []

    def run(servers, **told):
        started.append(FaultRun(workers=1, TRACKER_REDIS_URL=servers.url, **told))
        started[-1].start()
        return started[-1]

    yield run
    for each in started:
        each.end(keep=False)


@pytest.fixture
def tell(capsys):
    """Print what happened, and which processes ended by themselves."""

    def tell(run, load, lost, seconds):
        ends = {name: child.ends for name, child in run.children.items() if child.ends}
        with capsys.disabled():
            counts = f"{len(load.acknowledged)} acknowledged, {lost} lost, answers {dict(load.said)}"
            times = f"{seconds[0]:.1f} s without a 202, all ended {seconds[1]:.1f} s later"
            sys.stdout.write(f"\n{counts}, {times}, processes that ended {ends or 'none'}\n")

    return tell


async def refused(_primary):
    """Let a replica hang for some seconds in which nothing can be acknowledged."""
    await asyncio.sleep(2)


async def dropped(primary):
    """Let a replica hang until its primary goes on without it, as it does by itself after a minute, and then some."""
    primary.ask("CONFIG", "SET", "repl-timeout", DROPPED)
    await until(lambda: primary.ask("INFO", "replication")["connected_slaves"] == 0)
    await asyncio.sleep(1)


@pytest.mark.parametrize("hung", [None, refused], ids=["replica well", "replica hung"])
def test_what_was_acknowledged_survives_a_failover_and_everything_comes_back_by_itself(running, tell, hung):
    async def proved(run, servers):
        async with Load(run) as load:
            seconds = await story(run, servers, load, hung)
            assert set(await load.states()) == {"complete"}
            at_carrier = await load.at_carrier()
            assert {at_carrier[number] for number in load.acknowledged} == {1}
            assert max(at_carrier.values()) == 1
            assert not hung or load.said[503] > 0
            tell(run, load, 0, seconds)

    with watched() as servers:
        asyncio.run(proved(running(servers, TRACKER_REPLICAS_TO_WAIT="1"), servers))


def test_without_replicas_to_wait_for_acknowledged_orders_are_lost(running, tell):
    """So the test above can fail."""

    async def proved(run, servers):
        async with Load(run) as load:
            # one whose claim was forgotten may be twice at the carrier, and waits for a person
            load.ends |= {"needs_attention"}
            seconds = await story(run, servers, load, dropped)
            lost = (await load.states())["lost"]
            assert lost > 0
            tell(run, load, lost, seconds)

    with watched() as servers:
        asyncio.run(proved(running(servers, TRACKER_DURABILITY="unsafe"), servers))
