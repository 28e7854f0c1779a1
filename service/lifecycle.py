"""The life of an order: its states, which moves each source may make, and when it is looked at again.

    accepted ─┬─> submitting ─┬─> received ──> processing ─┬─> complete | partial | failed | cancelled
    held ─────┘        │      ├─> rejected                 │
                       v      └─> needs_attention <────────┘  (open: takes callbacks, looked at daily)
                   uncertain ──> received … | accepted (sent again after negative searches) | needs_attention

An order that was placed elsewhere begins as `received`. One that lets others go past it before it is sent, or that is
to be sent after they have, is `held` at the end of its lines. Pure: the store's scripts get these tables as arguments
and hold to them.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final, Literal, TypeAlias


class State(StrEnum):
    """Where an order is."""

    #: on disk, not sent
    ACCEPTED = "accepted"
    #: not first in line for all its numbers
    HELD = "held"
    #: a worker holds the lease; the POST may be under way
    SUBMITTING = "submitting"
    #: the POST may or may not have been taken
    UNCERTAIN = "uncertain"
    #: Bandwidth has it
    RECEIVED = "received"
    #: Bandwidth works on it
    PROCESSING = "processing"
    #: only a person can decide
    NEEDS_ATTENTION = "needs_attention"
    #: verified end: no number failed
    COMPLETE = "complete"
    #: verified end: some numbers failed
    PARTIAL = "partial"
    #: verified end: all numbers failed
    FAILED = "failed"
    #: Bandwidth refused the request; no order exists there
    REJECTED = "rejected"
    #: verified end: CANCELLED at Bandwidth
    CANCELLED = "cancelled"


#: which job looks at an order in an open state; a state that is not here is an end
Step: TypeAlias = Literal["submit", "check"]
STEPS: Final[tuple[Step, Step]] = ("submit", "check")
STEP_OF: Final[dict[State, Step]] = {
    State.ACCEPTED: "submit",
    State.HELD: "submit",
    State.SUBMITTING: "submit",
    State.UNCERTAIN: "submit",
    State.RECEIVED: "check",
    State.PROCESSING: "check",
    State.NEEDS_ATTENTION: "check",
}
TERMINAL: Final = frozenset(State) - frozenset(STEP_OF)
#: the ends that only a check (a GET of Bandwidth's own order) may set
VERIFIED: Final = frozenset({State.COMPLETE, State.PARTIAL, State.FAILED, State.CANCELLED})


#: the states in which nothing of the order is at Bandwidth, and nothing is under way
UNSENT: Final = frozenset({State.ACCEPTED, State.HELD})
#: the states in which there is something to look at: Bandwidth has the order, or may have it
LOOKED_AT: Final = frozenset({State.UNCERTAIN, State.RECEIVED, State.PROCESSING, State.NEEDS_ATTENTION})


class Source(StrEnum):
    """Who tells something of an order."""

    API = "api"
    SUBMIT = "submit"
    FIND = "find"
    CHECK = "check"
    CALLBACK = "callback"
    ADOPT = "adopt"
    OPERATOR = "operator"


_AT_BANDWIDTH: Final = frozenset({State.RECEIVED, State.PROCESSING, State.NEEDS_ATTENTION})
_SOUGHT: Final = frozenset({State.UNCERTAIN, State.NEEDS_ATTENTION})

#: source -> state aimed at -> states from which it may be entered
MOVES: Final[dict[Source, dict[State, frozenset[State]]]] = {
    Source.SUBMIT: {
        target: frozenset({State.SUBMITTING})
        for target in (
            State.RECEIVED,
            State.REJECTED,
            State.ACCEPTED,
            State.UNCERTAIN,
            State.NEEDS_ATTENTION,
        )
    },
    Source.FIND: {
        **dict.fromkeys(VERIFIED, _SOUGHT),
        State.RECEIVED: _SOUGHT,
        State.PROCESSING: _SOUGHT,
        State.ACCEPTED: frozenset({State.UNCERTAIN}),
        # to be sent again, after it had stepped aside: it joins the end of its lines
        State.HELD: frozenset({State.UNCERTAIN}),
        State.NEEDS_ATTENTION: frozenset({State.UNCERTAIN}),
    },
    Source.CHECK: {
        **dict.fromkeys(VERIFIED, _AT_BANDWIDTH),
        State.RECEIVED: frozenset({State.NEEDS_ATTENTION}),
        State.PROCESSING: frozenset({State.RECEIVED, State.NEEDS_ATTENTION}),
        State.NEEDS_ATTENTION: frozenset({State.RECEIVED, State.PROCESSING}),
    },
    Source.CALLBACK: {State.PROCESSING: frozenset({State.RECEIVED})},
    Source.OPERATOR: {
        **dict.fromkeys((State.ACCEPTED, State.UNCERTAIN, State.PROCESSING), frozenset({State.NEEDS_ATTENTION})),
        # it steps aside, or is retried after it had
        State.HELD: frozenset({State.ACCEPTED, State.HELD, State.NEEDS_ATTENTION}),
        State.CANCELLED: frozenset({State.ACCEPTED, State.HELD, State.NEEDS_ATTENTION}),
    },
}


def may_enter(source: Source, target: State | None) -> frozenset[State]:
    """Return the states from which this source may move an order to the target; empty when it never may."""
    return MOVES.get(source, {}).get(target, frozenset()) if target else frozenset()


#: the words Bandwidth uses for an order's status, in upper case; its own samples vary
_RECEIVED: Final = frozenset({"RECEIVED"})
_PROCESSING: Final = frozenset({"PROCESSING"})
_ENDS: Final = frozenset({"COMPLETE", "PARTIAL", "FAILED", "CANCELLED"})


def is_received(bandwidth_status: str) -> bool:
    """Tell whether Bandwidth only has the order."""
    return bandwidth_status.upper() in _RECEIVED


def is_processing(bandwidth_status: str) -> bool:
    """Tell whether Bandwidth works on the order."""
    return bandwidth_status.upper() in _PROCESSING


def is_end(bandwidth_status: str) -> bool:
    """Tell whether Bandwidth calls the order ended."""
    return bandwidth_status.upper() in _ENDS


def next_search(elapsed: float, made: int, searches: tuple[float, ...]) -> float | None:
    """Return the seconds to the next search for an uncertain order, or None when all were made in vain.

    `elapsed`: seconds since it became uncertain; `made`: searches that Bandwidth answered, this one included;
    `searches`: the times of the searches, in seconds after it became uncertain. A nudge may bring a search
    forward, but never the last one: both their number and the time must be reached.
    """
    later = [at for at in searches if at > elapsed]
    if later:
        return later[0] - elapsed
    if made < len(searches):
        return max(1.0, searches[1] - searches[0]) if len(searches) > 1 else 1.0
    return None
