"""How long a run needs after a kill, until it again acknowledges an order, and until Bandwidth has that order."""

from __future__ import annotations

import asyncio
import statistics
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import httpx

if TYPE_CHECKING:
    from fault_client import Client

_LOOK_SECONDS: Final = 0.15
#: states of an order that Bandwidth has taken
_TAKEN: Final = frozenset({"received", "processing", "complete", "partial"})
_SLOWEST: Final = 5
#: kills that may be open when the next one comes, and the longest wait for that
_MOST_OPEN, _BREATH_SECONDS = 5, 8.0


@dataclass
class Kill:
    """One kill, and the seconds after which an order sent later was acknowledged, and taken."""

    victim: str
    at: float
    acknowledged: float | None = None
    taken: float | None = None


class Recovery:
    """Watches the newest orders; a kill is over once an order sent after it is taken."""

    def __init__(self, client: Client):
        self._client = client
        self._began = time.monotonic()
        self._open: list[Kill] = []
        self._over: list[Kill] = []

    def killed(self, victim: str):
        self._open.append(Kill(victim, time.monotonic()))

    def figures(self) -> dict[str, object]:
        taken = sorted(each.taken for each in self._over if each.taken is not None)
        acknowledged = sorted(each.acknowledged for each in self._over if each.acknowledged is not None)
        slowest = sorted(self._over, key=lambda each: -(each.taken or 0))[:_SLOWEST]
        return {
            "recover_median_s": round(statistics.median(taken), 2) if taken else None,
            "recover_p95_s": round(taken[int(len(taken) * 0.95)], 2) if taken else None,
            "recover_worst_s": round(taken[-1], 2) if taken else None,
            "acknowledge_median_s": round(statistics.median(acknowledged), 2) if acknowledged else None,
            "acknowledge_worst_s": round(acknowledged[-1], 2) if acknowledged else None,
            "never_recovered": len(self._open),
            "slowest": {
                f"{each.victim} at {each.at - self._began:.0f} s": f"{each.taken:.1f} s"
                for each in slowest
                if each.taken
            },
        }

    @property
    def left(self) -> int:
        """Count the kills that are not over."""
        return len(self._open)

    async def breath(self):
        """Wait, not long, while many kills are not over: killing what never came to its feet tests nothing."""
        await self.over(_BREATH_SECONDS, _MOST_OPEN)

    async def over(self, seconds: float, but: int = 0):
        """Wait until all kills, `but` some, are over, or so many seconds have passed."""
        until = time.monotonic() + seconds
        while self.left > but and time.monotonic() < until:  # noqa: ASYNC110  (a pace, not an event)
            await asyncio.sleep(_LOOK_SECONDS)

    async def watch(self):
        """Look until cancelled."""
        while True:
            if self._open:
                self._note_acknowledged()
                self._close(await self._newest_taken())
            await asyncio.sleep(_LOOK_SECONDS)

    def _note_acknowledged(self):
        newest = max((each.sent_at for each in self._client.placed if each.acked_at), default=0.0)
        for kill in self._open:
            if kill.acknowledged is None and kill.at < newest:
                kill.acknowledged = time.monotonic() - kill.at

    def _close(self, sent_at: float):
        for kill in self._open:
            if kill.at < sent_at:
                kill.taken = time.monotonic() - kill.at
                kill.acknowledged = kill.taken if kill.acknowledged is None else kill.acknowledged
                self._over.append(kill)
        self._open = [kill for kill in self._open if kill.taken is None]

    async def _newest_taken(self) -> float:
        try:
            answer = await self._client.http.get("/orders", params={"limit": 250}, timeout=1)
            listed = answer.raise_for_status().json()["orders"]
        except httpx.HTTPError:
            return 0.0
        taken = {each["id"] for each in listed if each["state"] in _TAKEN}
        return max((each.sent_at for each in self._client.placed if each.id in taken), default=0.0)
