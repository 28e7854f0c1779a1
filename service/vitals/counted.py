"""What the scripts have counted and measured of an account since its first order (see `counters` in keys.py)."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate, product
from typing import TYPE_CHECKING, Final, Literal, TypeAlias, get_args

from service.governor import WHYS
from service.kinds import shelf
from service.lifecycle import State
from service.store.histogram import BOUNDS_MS, LONGER
from service.store.metering import Share

if TYPE_CHECKING:
    from collections.abc import Mapping

#: who settled an order's end: `callback`: one had announced the end that a check then proved; `check`: none had;
#: `answer`: Bandwidth refused our request; `person`: somebody withdrew it
SettledBy: TypeAlias = Literal["callback", "check", "answer", "person"]
#: what became of a callback; `spooled` ones are counted by what became of them, too
CALLBACKS: Final = ("new", "late", "duplicate", "orphan", "anonymous", "spooled", "unauthenticated")
#: what became of an attempt to deliver an event; `given_up`: it failed, and was the last
ATTEMPTS: Final = ("delivered", "failed", "gone", "given_up")
SHARES: Final[tuple[Share, ...]] = get_args(Share)
_LOOKED: Final[tuple[SettledBy, ...]] = ("callback", "check")
#: the ways in which an order can end
_ENDS: Final[Mapping[State, tuple[SettledBy, ...]]] = {
    State.COMPLETE: _LOOKED,
    State.PARTIAL: _LOOKED,
    State.FAILED: _LOOKED,
    State.CANCELLED: (*_LOOKED, "person"),
    State.REJECTED: ("answer",),
}


@dataclass(frozen=True, slots=True)
class Ended:
    """A way in which orders of a kind end."""

    kind: str
    state: State
    settled_by: SettledBy


@dataclass(frozen=True, slots=True)
class Histogram:
    """Times that were observed: how many took so many seconds at most (by bound, rising), how many in all, the sum."""

    at_most: Mapping[float, int]
    count: int
    sum_seconds: float


@dataclass(frozen=True, slots=True)
class Counted:
    """All that was counted. What has not happened yet is there as 0."""

    #: by kind
    accepted: Mapping[str, int]
    ended: Mapping[Ended, int]
    #: by outcome (CALLBACKS)
    callbacks: Mapping[str, int]
    #: by kind of which Bandwidth tells by callback: ends that no callback had announced
    callbacks_missed: Mapping[str, int]
    #: by share of the pace (submit, check, other): how often somebody waited for a turn, and for how long together
    waits: Mapping[str, int]
    waited_seconds: Mapping[str, float]
    #: by why word: how often the account was paused
    pauses: Mapping[str, int]
    #: by outcome (ATTEMPTS)
    attempts: Mapping[str, int]
    #: by kind: from when an order could be sent until Bandwidth had it
    submit: Mapping[str, Histogram]
    #: by kind: from an order's acceptance to its end
    order: Mapping[str, Histogram]
    #: from when Bandwidth changed an order, by its own clock, to its callback
    callback_lag: Histogram


def read(counters: Mapping[str, str], histograms: Mapping[str, str]) -> Counted:
    """Read both hashes, of the kinds on the shelf."""
    kinds = sorted(shelf())
    ended = [Ended(kind, state, by) for kind, (state, ways) in product(kinds, _ENDS.items()) for by in ways]

    def count(*names: str) -> int:
        return sum(int(counters.get(name, 0)) for name in names)

    return Counted(
        accepted={kind: count(f"order.accepted.{kind}") for kind in kinds},
        ended={each: count(f"order.ended.{each.kind}.{each.state}.{each.settled_by}") for each in ended},
        callbacks={outcome: count(f"callback.{outcome}") for outcome in CALLBACKS},
        callbacks_missed={
            kind.name: count(*(f"order.ended.{kind.name}.{state}.check" for state in _ENDS))
            for kind in shelf().values()
            if kind.subscription_names
        },
        waits={share: count(f"governor.waited.{share}", f"governor.refused.{share}") for share in SHARES},
        waited_seconds={share: count(f"governor.waited_ms.{share}") / 1000 for share in SHARES},
        pauses={why: count(f"account.paused.{why}") for why in WHYS},
        attempts={outcome: count(f"attempt.{outcome}") for outcome in ATTEMPTS},
        submit={kind: _histogram(histograms, f"submit.{kind}") for kind in kinds},
        order={kind: _histogram(histograms, f"order.{kind}") for kind in kinds},
        callback_lag=_histogram(histograms, "callback_lag"),
    )


def _histogram(kept: Mapping[str, str], name: str) -> Histogram:
    """Read one: each bucket is kept by itself, and read with all below it."""
    counts = [int(kept.get(f"{name}.{bound}", 0)) for bound in (*BOUNDS_MS, LONGER)]
    *at_most, count = accumulate(counts)
    seconds = (bound / 1000 for bound in BOUNDS_MS)
    return Histogram(dict(zip(seconds, at_most, strict=True)), count, int(kept.get(f"{name}.sum", 0)) / 1000)
