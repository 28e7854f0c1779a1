"""Signs of the work: what is open, what is due, what needs a person, and how orders end."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from service.dashboard.health import ends, limits
from service.dashboard.health.sign import Sign
from service.dashboard.showing import duration
from service.lifecycle import State

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from service.dashboard.health.past import Lately
    from service.store.counting import Oldest
    from service.store.keys import Due
    from service.vitals import AccountVitals

#: what is due, for people
STEPS: Final[Mapping[Due, str]] = {
    "submit": "orders to send, and uncertain ones to look for",
    "check": "looks at orders that Bandwidth has",
    "adopt": "orders placed elsewhere, to be fetched",
    "batch": "files of orders, whose rows become orders",
    "deliver": "endpoints with events to be brought",
}
_LATE_ALERT: Final[Mapping[Due, str]] = {"submit": "OrderTrackerSubmitsLate", "deliver": "OrderTrackerEventsLate"}
_LOOKS_LATE: Final = "OrderTrackerLooksLate"


@dataclass(frozen=True, slots=True)
class KindRow:
    """How the open orders of a kind stand."""

    kind: str
    #: accepted or held: Bandwidth has not been told of them
    to_send: int
    uncertain: int
    at_bandwidth: int
    attention: int
    oldest: Oldest | None
    usual_seconds: float
    #: open for longer than usual
    is_old: bool


@dataclass(frozen=True, slots=True)
class DueRow:
    """How much of a step is due, and for how long the first of it has been."""

    step: Due
    what: str
    count: int
    lag_seconds: float
    is_late: bool


def signs(account: AccountVitals, hour: Lately | None, orders: str) -> Iterator[Sign]:
    """Tell how the work stands; `orders` is the address of the table."""
    yield _oldest(account, orders)
    yield _to_send(account, orders)
    yield Sign("In flight", f"{account.in_flight:,}")
    yield from _due(account)
    yield _attention(account, orders)
    yield from _failing(account, hour, orders)


def kinds(account: AccountVitals) -> list[KindRow]:
    """Return a row for each kind."""
    return [_row(account, kind) for kind in account.orders]


def due(account: AccountVitals) -> list[DueRow]:
    """Return a row for each step; a pause is no lag: it has a sign of its own."""
    return [
        DueRow(
            step,
            STEPS[step],
            each.count,
            each.lag_seconds,
            each.lag_seconds > limits.LATE_SECONDS[step] and (account.pause is None or step == "deliver"),
        )
        for step, each in account.overdue.items()
    ]


def _row(account: AccountVitals, kind: str) -> KindRow:
    counts, usual = account.orders[kind], limits.usual_seconds(kind)
    by_state, oldest = counts.by_state, counts.oldest_open
    return KindRow(
        kind,
        to_send=by_state[State.ACCEPTED] + by_state[State.HELD],
        uncertain=by_state[State.UNCERTAIN],
        at_bandwidth=sum(by_state[each] for each in (State.SUBMITTING, State.RECEIVED, State.PROCESSING)),
        attention=by_state[State.NEEDS_ATTENTION],
        oldest=oldest,
        usual_seconds=usual,
        is_old=oldest is not None and account.read_at - oldest.created_at > usual * 1000,
    )


def _oldest(account: AccountVitals, orders: str) -> Sign:
    """Tell of the order that is open for longest; of one that is unusual for its kind before any other."""
    rows = [(each, each.oldest) for each in kinds(account) if each.oldest]
    if not rows:
        return Sign("Oldest open", "none")
    row, oldest = min(rows, key=lambda each: (not each[0].is_old, each[1].created_at))
    link, at = f"{orders}/{oldest.id}", oldest.created_at
    if not row.is_old:
        return Sign("Oldest open", row.kind, href=link, at=at)
    return Sign(
        "Oldest open",
        row.kind,
        "look",
        f"A {row.kind} order is usually open for {duration(row.usual_seconds * 1000)} at most.",
        "See on its page what it waits for: Bandwidth, a person, another order on its numbers, or the time asked for.",
        "OrderTrackerOldOrder",
        link,
        at,
    )


def _to_send(account: AccountVitals, orders: str) -> Sign:
    accepted = sum(each.by_state[State.ACCEPTED] for each in account.orders.values())
    held = sum(each.by_state[State.HELD] for each in account.orders.values())
    value = f"{accepted:,}, {held:,} held" if held else f"{accepted:,}"
    return Sign("To send", value, href=f"{orders}?state=accepted&state=held")


def _due(account: AccountVitals) -> Iterator[Sign]:
    rows = due(account)
    late = [each for each in rows if each.is_late]
    if not late:
        count, lag = sum(each.count for each in rows), max(each.lag_seconds for each in rows)
        yield Sign("Due", f"{count:,}, first for {duration(lag * 1000)}" if count else "nothing")
    for each in late:
        yield Sign(
            f"Due: {each.step}",
            f"{each.count:,}, first for {duration(each.lag_seconds * 1000)}",
            "look",
            f"These are {each.what}. Nothing is lost; it is seen to late.",
            "See that clock and workers are well; then start more workers, or raise TRACKER_RATE.",
            _LATE_ALERT.get(each.step, _LOOKS_LATE),
        )


def _attention(account: AccountVitals, orders: str) -> Sign:
    count = sum(each.by_state[State.NEEDS_ATTENTION] for each in account.orders.values())
    link = f"{orders}?state=needs_attention"
    if not count:
        return Sign("Needs attention", "0", href=link)
    return Sign(
        "Needs attention",
        f"{count:,}",
        "look",
        "Orders that only a person can decide. They hold their numbers: later orders on these wait behind them.",
        "Open each, do what it says, then retry or cancel it.",
        "OrderTrackerNeedsAttention",
        link,
    )


def _failing(account: AccountVitals, hour: Lately | None, orders: str) -> Iterator[Sign]:
    for kind in account.orders if hour else ():
        failed, ended = ends.failed(hour.counted, kind) if hour else (0, 0)
        if ended > limits.ENDED and failed / ended > limits.FAILED_SHARE:
            yield Sign(
                f"Ends of {kind}",
                f"{failed / ended:.0%} fail",
                "look",
                f"Of {ended:,} that ended lately, {failed:,} failed or were refused by Bandwidth.",
                "See what Bandwidth says of them, and whether all are of one caller.",
                "OrderTrackerOrdersFail",
                f"{orders}?kind={kind}&state=failed&state=rejected",
            )
