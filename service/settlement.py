"""What one look alone cannot decide: the next search, sending again, the next look, and what only a person may end."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import Final

from service.kind import Kind
from service.lifecycle import Source, State, next_search
from service.order import Attention, Waiting
from service.report import Claim, Report

#: a look may be early by this part of the time between it and the last one
EARLY: Final = 4
#: seconds between looks at an order that waits for a person
DAILY: Final = 86_400.0
#: back-off of requests that do not leave this machine and of searches without an answer, in seconds: first, longest
BACK_OFF: Final = (1.0, 300.0)
#: part of a back-off by which it is longer or shorter, so that many orders do not come back together
JITTER: Final = 0.2
_DOUBLINGS: Final = 16

#: reasons for attention that say that Bandwidth surely has not taken the order
NOT_TAKEN: Final = frozenset({"forbidden", "not_bandwidth", "untold"})

MAYBE_SENT: Final = Attention(
    why="maybe_sent",
    do="Bandwidth may or may not have taken this order and does not show it. Look for its numbers in Bandwidth's "
    "dashboard; then retry the order, which looks for it once more, or cancel it.",
)
DOUBLED: Final = Attention(
    why="duplicate_at_carrier",
    do="Bandwidth holds a second order for this one. Look at both there and undo what the second one changed; "
    "then retry this order, which is checked and ends as Bandwidth says.",
)


def settle(claim: Claim, report: Report, kind: Kind, searches: tuple[float, ...]) -> Report:
    """Return the report with what the order's past decides."""
    if not report.begun:
        return report
    if report.searched and report.state is None:
        return _after_search(claim, report, kind, searches)
    attention = claim.order.attention
    if attention and attention.why == DOUBLED.why:
        return replace(report, state=None, attention=None, look_in=DAILY)
    return report


def look_in(claim: Claim, report: Report, kind: Kind, factor: float) -> float:
    """Return the seconds to the next look; `factor` stretches the kind's ladder."""
    if report.look_in is not None:
        return report.look_in
    if report.failed and report.source == Source.CHECK and claim.order.announced:
        # an end is there to be seen: only whoever answers for it keeps it waiting
        return min(_ladder(claim, kind, factor), _back_off(claim.order.failures))
    if (report.state or claim.order.state) == State.NEEDS_ATTENTION:
        return DAILY
    if report.conflict:
        return _back_off(claim.order.conflicts) * factor
    if report.failed and report.source != Source.CHECK:
        return _back_off(claim.order.failures)
    return 0.0 if report.state == State.ACCEPTED else _ladder(claim, kind, factor)


def rung(kind: Kind, made: int, factor: float) -> float:
    """Return the seconds to the next look by the kind's ladder, after so many looks were made before this one."""
    return kind.looks[min(made, len(kind.looks) - 1)] * factor


def _ladder(claim: Claim, kind: Kind, factor: float) -> float:
    # a look that failed is none, but it goes down the ladder all the same while looks go on failing
    return rung(kind, claim.order.looks + claim.order.failures, factor)


def soon(kind: Kind, factor: float) -> float:
    """Return the longest time in seconds that a look may be early, to be made together with others."""
    return kind.looks[-1] * factor / EARLY


def _back_off(failures: int) -> float:
    first, longest = BACK_OFF
    # an order that cannot leave for days has more failures than a float has exponents
    steady = min(longest, first * 2.0 ** min(failures, _DOUBLINGS))
    return steady * random.uniform(1 - JITTER, 1 + JITTER)  # noqa: S311  (no secret depends on it)


def _after_search(claim: Claim, report: Report, kind: Kind, searches: tuple[float, ...]) -> Report:
    order = claim.order
    if order.state == State.NEEDS_ATTENTION:
        return replace(report, look_in=DAILY)
    elapsed = (claim.claimed_at - (order.uncertain_since or claim.claimed_at)) / 1000
    made = order.searches + 1
    wait = next_search(elapsed, made, searches)
    if wait is not None:
        said = (
            f"search {made} of {max(made, len(searches))}: Bandwidth does not show it; it is not sent before the last"
        )
        return replace(report, look_in=wait, detail=said, waiting=Waiting(f"{report.event}: {said}"))
    if not kind.safe_to_resend:
        return replace(report, state=State.NEEDS_ATTENTION, attention=MAYBE_SENT)
    # while Bandwidth goes on breaking off, each round of searches is longer in coming
    pause = _back_off(order.attempts - 1)
    # what came from a backup may never have been sent
    tried = f"after attempt {order.attempts}: sent again" if order.attempts else "and was perhaps never sent: sent"
    said = f"not there in {made} searches {tried} in {pause:.0f} s"
    return replace(report, state=State.ACCEPTED, look_in=pause, detail=said, waiting=Waiting(f"{report.event}: {said}"))
