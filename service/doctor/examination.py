"""The examination: every check at once, each in its own time; none of them keeps another from its turn."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING, Final

from service.doctor import backlog, bandwidth, callbacks, endpoints, orphans, processes, queue, spool, store
from service.doctor.finding import Finding
from service.errors import StoreUnavailable, TrackerError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator, Mapping

    from service.wiring import Desk

    Check = Callable[[], Awaitable[list[Finding]]]

#: seconds that one check may take
SECONDS: Final = 5.0

#: what concerns the installation
_ONCE: Final[Mapping[str, Callable[[Desk], Awaitable[list[Finding]]]]] = {
    "store": store.server,
    "durability": store.promises,
    "clock skew": store.clock,
    "scripts": store.scripts,
    "queue": queue.bells,
    "workers": processes.workers,
    "spool": spool.room,
    "bandwidth name": bandwidth.name,
    "callback address": callbacks.door,
}
#: what concerns one account
_EACH: Final[Mapping[str, Callable[[Desk, str], Awaitable[list[Finding]]]]] = {
    "clock": processes.clock,
    "pause": backlog.pause,
    "due": backlog.due,
    "bandwidth": bandwidth.account,
    "endpoints": endpoints.reached,
    "attention": backlog.attention,
    "orphans": orphans.kept,
}


async def examine(desk: Desk) -> list[Finding]:
    """Return what every check has found, the installation first, then account by account; never raises."""
    found = await asyncio.gather(*_checks(desk))
    return [finding for each in found for finding in each]


def _checks(desk: Desk) -> Iterator[Awaitable[list[Finding]]]:
    for name, check in _ONCE.items():
        yield _bounded(name, None, partial(check, desk))
    for account_id in desk.settings.accounts:
        for name, check_of in _EACH.items():
            yield _bounded(name, account_id, partial(check_of, desk, account_id))


async def _bounded(name: str, account_id: str | None, check: Check) -> list[Finding]:
    """Let a check take its time; what it fails with is a finding too."""
    try:
        async with asyncio.timeout(SECONDS):
            return await check()
    except TimeoutError:
        return [Finding(name, "fail", f"no answer within {SECONDS:g} s", "see why what it asks is slow", account_id)]
    except StoreUnavailable as error:
        if name in ("store", "queue"):
            away = "TRACKER_REDIS_URL" if name == "store" else "TRACKER_QUEUE_REDIS_URL, else TRACKER_REDIS_URL"
            return [Finding(name, "fail", error.detail, f"start it, or correct {away}", account_id)]
        # the lines of store and queue say more
        unseen = f"could not be seen: {type(error.__cause__ or error).__name__}"
        return [Finding(name, "warn", unseen, "bring Redis back, and ask again", account_id)]
    except TrackerError as error:
        return [Finding(name, "fail", error.detail, "see the log of the processes", account_id)]
    except Exception as error:  # noqa: BLE001  (a check that has a bug must not hide what the others have found)
        bug = f"the check itself failed: {type(error).__name__}: {error}"
        return [Finding(name, "fail", bug, "report it", account_id)]
