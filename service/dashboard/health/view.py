"""What the health page shows, made of what was seen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from service.dashboard.health import callbacks, carrier, ends, processes, work
from service.dashboard.health.histogram import Measured, measured
from service.dashboard.health.sign import Sign, troubles
from service.dashboard.health.signs import signs
from service.dashboard.showing import duration

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from service.dashboard.health.readings import Seen
    from service.lifecycle import State
    from service.vitals import AccountVitals
    from service.vitals.counted import Counted, Histogram, SettledBy

#: seconds of which somebody must have looked before what has happened of late says anything
_SHORTEST_SECONDS: Final = 60.0


@dataclass(frozen=True, slots=True)
class Span:
    """What was counted within a time, which is a column of every table of counts."""

    title: str
    counted: Counted
    ways: Mapping[SettledBy, int]
    states: Mapping[State, int]
    missed: int
    missed_share: float | None


@dataclass(frozen=True, slots=True)
class Durations:
    """How long something took for the orders of a kind: of late, and since the first; None where none did."""

    kind: str
    lately: Measured | None
    ever: Measured | None


@dataclass(frozen=True, slots=True)
class AccountView:
    """An account on the health page."""

    clock: Sign
    bandwidth: Sign
    kinds: Sequence[work.KindRow]
    due: Sequence[work.DueRow]
    #: since the first order and, where it is known, before it of late
    spans: Sequence[Span]
    lag: Measured | None
    #: the title of the time in which it was measured
    lag_within: str
    submits: Sequence[Durations]
    orders: Sequence[Durations]


@dataclass(frozen=True, slots=True)
class View:
    """The health page: what deserves a look, then everything."""

    seen: Seen
    signs: Sequence[Sign]
    troubles: Sequence[Sign]
    account: AccountView | None


def view(seen: Seen) -> View:
    """Return what the page shows."""
    every = signs(seen)
    return View(seen, every, troubles(every), _account(seen, seen.account) if seen.account else None)


def _account(seen: Seen, account: AccountVitals) -> AccountView:
    ever = _span("since the first order", account.counted)
    hour = seen.hour if seen.hour and seen.hour.seconds >= _SHORTEST_SECONDS else None
    lately = [_span(f"last {duration(hour.seconds // 60 * 60_000)}", hour.counted)] if hour else []
    lag, within = callbacks.lag(account, hour)
    before = hour.counted if hour else None
    return AccountView(
        clock=processes.clock(account, "#processes"),
        bandwidth=carrier.sign(account, seen.burst, "#bandwidth"),
        kinds=work.kinds(account),
        due=work.due(account),
        spans=(*lately, ever),
        lag=measured(lag),
        lag_within=lately[0].title if within else ever.title,
        submits=_durations(account.counted.submit, before.submit if before else {}),
        orders=_durations(account.counted.order, before.order if before else {}),
    )


def _span(title: str, counted: Counted) -> Span:
    return Span(
        title,
        counted,
        ends.by_way(counted),
        ends.by_state(counted),
        ends.missed(counted),
        ends.missed_share(counted),
    )


def _durations(ever: Mapping[str, Histogram], lately: Mapping[str, Histogram]) -> list[Durations]:
    return [
        Durations(kind, measured(lately[kind]) if kind in lately else None, measured(each))
        for kind, each in ever.items()
    ]
