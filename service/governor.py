"""The governor: what an account may send now. Every answer of Bandwidth's has an effect on the whole account.

| answer                              | effect on the account                                              |
|-------------------------------------|--------------------------------------------------------------------|
| it took, refused or answered        | strikes are forgotten; a probe's success ends the pause            |
| 401, or no token                    | paused with an alarm; one order a minute probes                    |
| 403; a foreign page to a POST or PUT | a strike; three in a row pause it                                 |
| 429                                 | paused until the time it names                                     |
| 5xx, no whole answer, no connection | a failure; five orders' in a row pause it until one that probes is answered |
| none, because we held it back       | none                                                               |

A conversation of several exchanges counts as its last answer, and as a failure only where none came (`together`).
Every answer ends a row of failures, and the pause that they made. The effects are applied by the script that takes the
order's report, so that an order that goes back into the due-set finds its account paused already. The scripts `claim`
and `take` hold to the pause, and to the account's meter (`meter.lua`).
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias, get_args

from service.answers import Forbidden, NotBandwidth, Refused, Taken, Throttled, Unauthorized, meaning
from service.exchange import NotSent

if TYPE_CHECKING:
    from collections.abc import Sequence

    from service.exchange import Exchange, Reply

#: 403s and foreign answers in a row that pause an account
STRIKES: Final = 3
#: orders whose exchanges failed, with no answer in between, that pause an account
FAILURES: Final = 5

#: the words that the reasons begin with
Why: TypeAlias = Literal["unauthorized", "forbidden", "throttled", "down"]
WHYS: Final[tuple[Why, ...]] = get_args(Why)
UNAUTHORIZED: Final = (
    "unauthorized: Bandwidth refuses our credentials (401). Correct TRACKER_BANDWIDTH_*; "
    "the account resumes by itself once they work."
)
FORBIDDEN: Final = (
    "forbidden: Bandwidth, or something in between, refused three requests in a row (403 or a foreign page). "
    "Check the account's permissions and TRACKER_BANDWIDTH_URL; the account resumes by itself once it answers."
)
THROTTLED: Final = "throttled: Bandwidth asked this account to wait (429)."
DOWN: Final = (
    "down: Bandwidth cannot be reached or fails, for several orders in a row. "
    "One order at a time is tried; the account resumes by itself with the first answer."
)


@dataclass(frozen=True, slots=True)
class Effect:
    """What an answer means for its account; `pause_ms` 0 is a pause that only a probe's success ends."""

    effect: Literal["none", "sound", "strike", "pause", "failure"]
    why: str = ""
    pause_ms: int = 0
    #: strikes or failures in a row that pause the account
    limit: int = STRIKES

    @property
    def passes(self) -> bool:
        """Whether the pause that it makes ends without anybody's help."""
        return self.pause_ms > 0 or self.effect == "failure"

    def argument(self, longest_ms: int) -> dict[str, Any]:
        """Return it as `account.lua` reads it, with the longest time between two probes."""
        return asdict(self) | {"longest_ms": longest_ms}


NONE: Final = Effect("none")


def effect_of(exchange: Exchange, reply: Reply) -> Effect:
    """Return what one exchange means for the whole account."""
    what = meaning(reply)
    match what:
        case Unauthorized():
            return Effect("pause", UNAUTHORIZED)
        case Throttled(seconds=seconds):
            return Effect("pause", THROTTLED, max(1, round(seconds * 1000)))
        case Taken() | Refused():
            return Effect("sound")
        case NotBandwidth() | Forbidden():
            return Effect("strike", FORBIDDEN) if _is_strike(exchange, what) else NONE
        case NotSent(withheld=True):
            return NONE
    return Effect("failure", DOWN, limit=FAILURES)


def together(effects: Sequence[Effect]) -> Effect:
    """Return what the exchanges of one conversation mean: a failure only when Bandwidth answered none of them."""
    answered = [each for each in effects if each.effect not in ("none", "failure")]
    failed = [each for each in effects if each.effect == "failure"]
    return next(reversed(answered or failed), NONE)


def _is_strike(exchange: Exchange, what: NotBandwidth | Forbidden) -> bool:
    # on a GET it may only be an order that is gone: some of Bandwidth's 404s have no body, and so may its 409s
    return isinstance(what, Forbidden) or (exchange.changes and what.status != HTTPStatus.CONFLICT)
