"""Readings: the vital signs as pages show them, read once a second at most by a process, and never waited for long."""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Generic, TypeVar

from service import vitals
from service.dashboard.health.limits import BURST_SECONDS, HOUR_SECONDS
from service.dashboard.health.past import Lately, Past
from service.doctor import store
from service.errors import StoreUnavailable

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from starlette.requests import Request

    from service.doctor.finding import Finding
    from service.vitals import AccountVitals, InstallationVitals
    from service.wiring import Desk

_T = TypeVar("_T")

#: seconds for which a reading is as good as a new one
FRESH_SECONDS: Final = 1.0
#: seconds for which a page waits for a reading; what is later is not known now
WAIT_SECONDS: Final = 0.3
#: seconds for which the reading before is shown, while a new one takes longer than that
USABLE_SECONDS: Final = 15.0


@dataclass(frozen=True, slots=True)
class Seen:
    """What is known of an account and the installation now; None: not known now."""

    account_id: str
    account: AccountVitals | None
    installation: InstallationVitals | None
    #: what has happened within an hour, and within half of one; None while nobody knows
    hour: Lately | None
    burst: Lately | None
    #: what the doctor finds of the store; asked for by pages that show it
    store: tuple[Finding, ...] | None = None


class Kept(Generic[_T]):
    """One value that is read anew once it is old; whoever asks meanwhile waits for the same reading."""

    def __init__(self, read: Callable[[], Awaitable[_T]]) -> None:
        self._read = read
        self._value: _T | None = None
        self._at = float("-inf")
        self._reading: asyncio.Task[None] | None = None

    async def value(self) -> _T | None:
        """Return it; None when the store is away, or it could not be read in time."""
        if not self._is_younger(FRESH_SECONDS):
            self._reading = self._reading or asyncio.get_running_loop().create_task(self._renew())
            done, _ = await asyncio.wait((self._reading,), timeout=WAIT_SECONDS)
            for each in done:
                each.result()
        return self._value if self._is_younger(USABLE_SECONDS) else None

    async def _renew(self) -> None:
        try:
            self._value = await self._read()
        except StoreUnavailable:
            self._value = None
        finally:
            self._at, self._reading = time.monotonic(), None

    def _is_younger(self, seconds: float) -> bool:
        return time.monotonic() - self._at < seconds


class Readings:
    """All readings of one process, and what it remembers of earlier ones."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._installation = Kept(lambda: vitals.installation(desk))
        self._store = Kept(self._examine_store)
        self._accounts: dict[str, Kept[AccountVitals]] = {}
        self._past: defaultdict[str, Past] = defaultdict(Past)

    async def see(self, account_id: str) -> Seen:
        """Return what is known of an account now."""
        account, installation = await asyncio.gather(self._account(account_id), self._installation.value())
        return Seen(
            account_id,
            account,
            installation,
            self._lately(account, HOUR_SECONDS),
            self._lately(account, BURST_SECONDS),
        )

    async def see_all(self, account_id: str) -> Seen:
        """Return the same with what the doctor finds of the store."""
        seen, found = await asyncio.gather(self.see(account_id), self._store.value())
        return replace(seen, store=found)

    async def _account(self, account_id: str) -> AccountVitals | None:
        kept = self._accounts.get(account_id)
        if kept is None:
            kept = self._accounts[account_id] = Kept(lambda: vitals.read(self._desk.store, account_id))
        found = await kept.value()
        if found:
            self._past[account_id].note(found.read_at, found.counted)
        return found

    def _lately(self, found: AccountVitals | None, seconds: float) -> Lately | None:
        return self._past[found.account_id].lately(found.read_at, found.counted, seconds) if found else None

    async def _examine_store(self) -> tuple[Finding, ...]:
        found = await asyncio.gather(*(each(self._desk) for each in (store.server, store.promises, store.clock)))
        return tuple(finding for some in found for finding in some)


def of(request: Request) -> Readings:
    """Return the readings of the process that answers."""
    state = request.app.state
    if not hasattr(state, "readings"):
        state.readings = Readings(state.desk)
    readings: Readings = state.readings
    return readings
