"""How many orders an account has, by kind and state, as dashboards see it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from typing_extensions import TypedDict

from service.api.described import Id, Time, described
from service.lifecycle import STEP_OF, State
from service.times import iso

if TYPE_CHECKING:
    from collections.abc import Mapping

    from service.store.counting import Counts, Oldest


@described
class OldestOrderJson(TypedDict):
    """The oldest order of a kind that is open."""

    id: Id
    state: State
    created_at: Time


@described
class SummaryJson(TypedDict):
    """How many orders an account has. They are counted at one instant."""

    account_id: str
    open: int
    ended: int
    """Until they are purged."""
    needs_attention: int
    """Of those that are open, how many need a person."""
    counts: dict[str, dict[str, int]]
    """By kind and state."""
    oldest_open: dict[str, OldestOrderJson | None]
    """By kind; null where none is open."""


def account_summary_json(account_id: str, counts: Mapping[str, Counts]) -> SummaryJson:
    """Write what was counted, by kind."""
    by_state = {state: sum(each.by_state[state] for each in counts.values()) for state in State}
    still_open = sum(by_state[state] for state in STEP_OF)
    return {
        "account_id": account_id,
        "open": still_open,
        "ended": sum(by_state.values()) - still_open,
        "needs_attention": by_state[State.NEEDS_ATTENTION],
        "counts": {
            kind: {str(state): count for state, count in each.by_state.items()} for kind, each in counts.items()
        },
        "oldest_open": {kind: _oldest(each.oldest_open) for kind, each in counts.items()},
    }


def _oldest(order: Oldest | None) -> OldestOrderJson | None:
    return {"id": order.id, "state": order.state, "created_at": iso(order.created_at)} if order else None
