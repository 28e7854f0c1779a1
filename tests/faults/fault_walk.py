"""The random walk: orders at a steady pace, kills and freezes and faults by a seed, then the sandbox's ledger judges.

`make faults KILLS=1000 SEED=7`. It ends by itself: after its kills, or when the time for them is over.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import random
import signal
import sys
import time
from collections import Counter
from typing import Any, Final

import fault_events
import fault_plan
import fault_report
import fault_settings
import httpx
import receiver as receivers
from fault_client import Client
from fault_judge import Verdict, by_our_ids, judge
from fault_leaks import leaks
from fault_recovery import Recovery
from fault_run import FaultRun

from service.lifecycle import STEP_OF, TERMINAL, State

ORDERS_PER_SECOND: Final = 5.0
#: seconds between strokes, on average
PACE: Final = 1.0
#: seconds in which everything must have its end once nothing is broken any more
CONVERGE_SECONDS: Final = 240.0
#: seconds in which an order must go through again after the last kill
RECOVER_SECONDS: Final = 60.0
#: searches go on for six exchanges, as by default: with fewer, a Bandwidth that takes an order late, because it was
#: frozen or this machine is busy, makes two of one
_SEARCHES: Final = "0,0.5,1.5,4.5,12"
#: seconds that one kill may take, on average, before the walk gives up
_SECONDS_PER_KILL: Final = 4.0
#: kills between two lines that tell how far it is
_TOLD: Final = 100
_MISCONFIGURED: Final = "ended with exit code 2"
_OPEN: Final = [each for each in STEP_OF if each != State.NEEDS_ATTENTION]


class Walk:
    """One walk from its start to its verdict."""

    def __init__(self, run: FaultRun, receiver: receivers.Receiver, kills: int, seed: int):
        self.run, self.receiver, self.kills, self.seed = run, receiver, kills, seed
        self.client = Client(run, random.Random(f"orders {seed}"))
        self.recovery = Recovery(self.client)
        self.killed: Counter[str] = Counter()
        self.restarted: Counter[str] = Counter()
        self.frozen: Counter[str] = Counter()
        self.ledger: list[dict[str, Any]] = []
        self.timelines: dict[str, Any] = {}
        self.acted: dict[str, int] = {}
        self.counted: dict[str, int] = {}
        self.converge_seconds = 0.0
        self.began = time.monotonic()

    async def walk(self) -> Verdict:
        """Order and break until all kills are done; heal; wait; judge."""
        stop = asyncio.Event()
        await fault_events.listen(self.client, self.receiver, self.seed)
        aside = [asyncio.create_task(each) for each in (self.run.keep(), self.recovery.watch())]
        orders = asyncio.gather(self.client.load(ORDERS_PER_SECOND, stop), self.client.amendments(stop))
        faults = asyncio.create_task(self._faults())
        try:
            await self._strike()
            faults.cancel()
            self.run.heal()
            await self._set_faults({})
            await self.recovery.over(RECOVER_SECONDS)
        finally:
            faults.cancel()
            stop.set()
        healed = time.monotonic()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(CONVERGE_SECONDS):
                await orders
        await self._converge(healed + CONVERGE_SECONDS)
        self.converge_seconds = round(time.monotonic() - healed, 1)
        verdict = await self._judge()
        for each in aside:
            each.cancel()
        await self.client.close()
        return verdict

    def figures(self) -> dict[str, Any]:
        ends = Counter(f"{child.program.role} {how}" for child in self.run.children.values() for how in child.ends)
        return {
            "seed": self.seed,
            "kills": self.killed.total(),
            "kills_by_victim": dict(self.killed),
            "restarts": self.restarted.total(),
            "freezes": self.frozen.total(),
            "freezes_by_victim": dict(self.frozen),
            "ended_by_themselves": dict(ends),
            "placed_as_xml": sum(each.reference is not None and each.id is not None for each in self.client.placed),
            "events_received": len(self.receiver.told),
            "answers": dict(self.client.said),
            "faults_acted": self.acted,
            "callbacks": {
                name.partition(".")[2]: n for name, n in self.counted.items() if name.startswith("callback.")
            },
            **self.recovery.figures(),
            "converge_s": self.converge_seconds,
            "duration_s": round(time.monotonic() - self.began, 1),
        }

    async def _strike(self):
        deadline = time.monotonic() + 30 + self.kills * _SECONDS_PER_KILL
        for stroke in fault_plan.strokes(self.seed, PACE):
            if self.killed.total() >= self.kills or time.monotonic() > deadline:
                return
            await asyncio.sleep(stroke.after)
            await self.recovery.breath()
            for child in self.run.named(*stroke.victims):
                if child.process is None:
                    continue
                self._do(stroke, child)

    def _do(self, stroke, child):
        if stroke.what == "kill":
            child.kill(stroke.seconds)
            self.recovery.killed(child.program.name)
            self._count(child.program.role)
        elif stroke.what == "restart":
            child.ask_to_end()
            self.restarted[child.program.role] += 1
        elif not child.is_frozen:
            child.freeze()
            self.frozen[child.program.role] += 1
            asyncio.get_running_loop().call_later(stroke.seconds, _thaw(child))

    def _count(self, role):
        self.killed[role] += 1
        if self.killed.total() % _TOLD == 0:
            acknowledged = sum(each.id is not None for each in self.client.placed)
            fault_report.console.print(f"{self.killed.total()} killed, {acknowledged} orders acknowledged")

    async def _faults(self):
        for seconds, settings in fault_plan.faults(self.seed):
            await self._set_faults(settings)
            await asyncio.sleep(seconds)

    async def _set_faults(self, settings):
        for _ in range(20):
            with contextlib.suppress(httpx.HTTPError):
                answer = await self.client.sandbox.put("/_sandbox/faults", json=settings)
                self.acted = {name: count for name, count in answer.raise_for_status().json()["acted"].items() if count}
                return
            await asyncio.sleep(0.5)

    async def _converge(self, deadline):
        """Wait until no order is open but those that need a person."""
        while time.monotonic() < deadline:
            with contextlib.suppress(httpx.HTTPError):
                for state in _OPEN:
                    answer = await self.client.http.get("/orders", params={"state": state, "limit": 1})
                    if answer.raise_for_status().json()["orders"]:
                        break
                else:
                    return
            await asyncio.sleep(0.3)

    async def _judge(self):
        ledger = (await self.client.sandbox.get("/_sandbox/orders", timeout=60)).raise_for_status().json()
        self.ledger = by_our_ids(self.client.placed, await self.client.named(), ledger)
        ids = {each.id for each in self.client.placed if each.id}
        ids |= {row["customer_order_id"] for row in self.ledger if row["order_id"]}
        records = {each: await self.client.surely(each) for each in sorted(ids)}
        verdict = judge(self.client.placed, records, self.ledger)
        ended = [each for each in records.values() if each and each["state"] in TERMINAL and each["origin"] == "api"]
        verdict.untold |= await fault_events.untold(self.receiver, ended)
        wishes = fault_settings.last_wishes(self.client.placed, records)
        verdict.wrong |= await fault_settings.drifted(
            self.client.sandbox, self.run.credentials, wishes, fault_settings.possible_wishes(self.client.placed)
        )
        # a process that meets a server in the middle of something must not call it misconfigured
        misjudging = [name for name, child in self.run.children.items() if _MISCONFIGURED in child.ends]
        verdict.refused += [f"{name} {_MISCONFIGURED}, for a wrong setting: see its log" for name in misjudging]
        if self.recovery.left:
            verdict.refused.append(f"{self.recovery.left} kills after which no order went through any more")
        for order_id in list(verdict.bad)[:20]:
            answer = await self.client.http.get(f"/orders/{order_id}/timeline")
            self.timelines[order_id] = answer.json().get("timeline")
        verdict.leaks += leaks(
            self.run.logs, self.run.credentials, self.client.orders.numbers, self.client.orders.passcodes
        )
        verdict.differences += await asyncio.to_thread(self.run.differences)
        self.counted = await asyncio.to_thread(self.run.counters)
        return verdict


def _thaw(child):
    """Let this very process go on; one that was killed meanwhile is no longer ours to signal."""
    frozen = child.process
    return lambda: child.go_on() if child.process is frozen else None


def main() -> int:
    asked = _arguments()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    run = FaultRun(seed=asked.seed, TRACKER_SEARCHES=_SEARCHES)
    is_good = False
    try:
        if asked.sabotage:
            run.sabotage(asked.sabotage)
        run.start()
        with receivers.receiver() as receiver:
            walk = Walk(run, receiver, asked.kills, asked.seed)
            verdict = asyncio.run(walk.walk())
        is_good = verdict.is_good
        found = fault_report.figures(verdict, walk.figures())
        if not asked.sabotage:
            fault_report.keep(found)
        fault_report.show(found, verdict)
        fault_report.explain(verdict, walk.timelines, walk.ledger)
    except KeyboardInterrupt:
        return 130
    finally:
        run.end(keep=not is_good)
        if not is_good:
            fault_report.console.print(
                f"\nIts logs are in {run.logs}. Again: make faults SEED={asked.seed} KILLS={asked.kills}"
            )
    return 0 if is_good else 1


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=1000, help="how many processes are killed")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1_000_000))
    parser.add_argument("--sabotage", choices=("forgets", "resends"), help="break the product, to see the walk fail")
    asked = parser.parse_args()
    fault_report.console.print(f"make faults SEED={asked.seed} KILLS={asked.kills}")
    return asked


if __name__ == "__main__":
    sys.exit(main())
