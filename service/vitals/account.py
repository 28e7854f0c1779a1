"""The vital signs of an account: what it has to do, what keeps it from that, and who is told of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from service.governor import Why
    from service.store.counting import Counts
    from service.store.keys import Due
    from service.vitals.counted import Counted


@dataclass(frozen=True, slots=True)
class Overdue:
    """What should be seen to by now: how many, and for how many seconds the first has been due; 0 where none is."""

    count: int
    lag_seconds: float


@dataclass(frozen=True, slots=True)
class Pause:
    """Why nothing of the account is sent to Bandwidth: in a word, and for people with what to do."""

    why: Why
    text: str
    #: when it ends by itself, in ms since 1970; None: a probe's success ends it
    until: int | None


@dataclass(frozen=True, slots=True)
class Subscription:
    """Our subscription to an order type, as the last watch of a clock left it; healthy: no problems."""

    order_type: str
    #: `service.subscription_health.Problem`, or `refused`: Bandwidth did not show them
    problems: tuple[str, ...]

    @property
    def is_healthy(self) -> bool:
        """Whether callbacks of this type come."""
        return not self.problems


@dataclass(frozen=True, slots=True)
class Endpoints:
    """Who is told of the account's events, and how far that is. Times are in seconds; 0 where nothing waits."""

    #: switched on, and well
    on: int
    #: switched on, and the last attempt failed
    failing: int
    off: int
    #: deliveries, of endpoints that are off too
    waiting: int
    #: since the oldest of these was made
    oldest_waiting_seconds: float
    #: since the oldest event of which no deliveries were made yet
    behind_seconds: float


@dataclass(frozen=True, slots=True)
class AccountVitals:
    """How an account does, at one time."""

    account_id: str
    #: ms since 1970, by the store's clock
    read_at: int
    #: by kind: how many are in each state, and the oldest that is open
    orders: Mapping[str, Counts]
    overdue: Mapping[Due, Overdue]
    pause: Pause | None
    #: orders that a worker holds now
    in_flight: int
    #: orders that callbacks told of and that are not known
    orphans: int
    #: since a clock last went round the account; None: for an hour or more
    clock_age_seconds: float | None
    #: by order type; one that no watch has looked at yet is not here
    subscriptions: tuple[Subscription, ...]
    endpoints: Endpoints
    counted: Counted
