"""Signs of the installation: Redis, worker processes, the clock, and callbacks that wait on disk."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from service.dashboard.health import limits
from service.dashboard.health.sign import Sign
from service.dashboard.showing import duration

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from service.bells import Work
    from service.vitals import AccountVitals, InstallationVitals

#: what becomes of work while no process is there for it
_IDLE: Final[Mapping[Work, str]] = {
    "submit": "Accepted orders are safe, and are not sent.",
    "check": "Orders that Bandwidth has do not end here.",
    "deliver": "Events wait, and no endpoint is told; orders go on.",
}


def signs(installation: InstallationVitals | None, account: AccountVitals | None, href: str) -> Iterator[Sign]:
    """Tell how the installation does; `href` leads to more of it."""
    if installation is None:
        means = "It took too long to ask."
        yield Sign("Workers", "not known now", "unknown", means, "Look again in a moment.", href=href)
    else:
        yield from _store(installation, href)
        yield from _workers(installation, href)
    if account:
        yield clock(account, href)
    if installation:
        yield _spool(installation, href)


def _store(installation: InstallationVitals, href: str) -> Iterator[Sign]:
    if installation.up:
        return
    callbacks = "Callbacks go to the spool." if installation.spooled is not None else "Callbacks get 503, too."
    yield Sign(
        "Redis",
        "does not answer",
        "bad",
        f"No order is accepted and none is sent; callers get 503. {callbacks} What was acknowledged is on its disk.",
        "Bring it back: everything goes on by itself. Start no second one with an empty disk.",
        "OrderTrackerStoreAway",
        href,
    )


def _workers(installation: InstallationVitals, href: str) -> Iterator[Sign]:
    if not installation.workers:
        means = "Orders are accepted and kept. No worker hears of them, so none is sent and none ends."
        do = "Bring the queue's Redis back: the clock rings for everything again."
        yield Sign("Queue", "its Redis does not answer", "bad", means, do, "OrderTrackerQueueAway", href)
        return
    idle = [work for work, count in installation.workers.items() if not count]
    if not idle:
        yield Sign("Workers", f"{sum(installation.workers.values()):,}", href=href)
        return
    # without couriers events wait; orders go on
    is_dire = idle != ["deliver"]
    yield Sign(
        "Workers",
        f"no {', '.join(idle)} worker",
        "bad" if is_dire else "look",
        " ".join(_IDLE[each] for each in idle),
        f"Start: {', '.join(f'order-tracker worker {each}' for each in idle)}",
        "OrderTrackerNoWorkers" if is_dire else "OrderTrackerNoCouriers",
        href,
    )


def clock(account: AccountVitals, href: str) -> Sign:
    """Tell whether a clock goes round the account."""
    age = account.clock_age_seconds
    if age is not None and age <= limits.CLOCK_SECONDS:
        return Sign("Clock", "on time", href=href)
    return Sign(
        "Clock",
        "not seen for an hour" if age is None else f"last seen {duration(age * 1000)} ago",
        "bad",
        "New orders are still sent. What was missed, backed off or waits for a look is not looked at again.",
        "Start one: order-tracker clock",
        "OrderTrackerNoClock",
        href,
    )


def _spool(installation: InstallationVitals, href: str) -> Sign:
    waiting = installation.spooled
    if not waiting:
        return Sign("Spool", "none here" if waiting is None else "empty", href=href)
    return Sign(
        "Spool",
        f"{waiting:,} {'waits' if waiting == 1 else 'wait'}",
        "look",
        "Callbacks of this machine are on disk, and not heard yet. API and clock drain them within seconds.",
        "If they stay while Redis is there, see the log for `spool.` lines. Delete no file of the spool.",
        "OrderTrackerSpoolNotDraining",
        href,
    )
