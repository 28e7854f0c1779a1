"""The governor: what an account may send now. Every answer of Bandwidth's has an effect on the whole account.

| answer                              | effect on the account                                              |
|-------------------------------------|--------------------------------------------------------------------|
| it took, refused or answered        | strikes are forgotten; a probe's success ends the pause            |
| 401, or no token                    | paused with an alarm; one order a minute probes                    |
| 403; a foreign page to a POST or PUT | a strike; three in a row pause it                                 |
| 429                                 | paused until the time it names                                     |
| none                                | none                                                               |

The effects are applied by the script that takes the order's report, so that an order that goes back into the
due-set finds its account paused already. The scripts `claim` and `take` hold to the pause.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final, Literal

from service.answers import Forbidden, NotBandwidth, Refused, Taken, Throttled, Unauthorized, meaning

if TYPE_CHECKING:
    from service.exchange import Exchange, Reply

#: 403s and foreign answers in a row that pause an account
STRIKES: Final = 3

UNAUTHORIZED: Final = (
    "unauthorized: Bandwidth refuses our credentials (401). Correct TRACKER_BANDWIDTH_*; "
    "the account resumes by itself once they work."
)
FORBIDDEN: Final = (
    "forbidden: Bandwidth, or something in between, refused three requests in a row (403 or a foreign page). "
    "Check the account's permissions and TRACKER_BANDWIDTH_URL; the account resumes by itself once it answers."
)
THROTTLED: Final = "throttled: Bandwidth asked this account to wait (429)."


@dataclass(frozen=True, slots=True)
class Effect:
    """What an answer means for its account; `pause_ms` 0 is a pause that only a probe's success ends."""

    effect: Literal["none", "sound", "strike", "pause"]
    why: str = ""
    pause_ms: int = 0
    #: strikes in a row that pause the account
    strikes: int = STRIKES

    def argument(self) -> dict[str, Any]:
        """Return it as the report script reads it."""
        return asdict(self)


NONE: Final = Effect("none")


def effect_of(exchange: Exchange, reply: Reply) -> Effect:
    """Return what one exchange means for the whole account."""
    match meaning(reply):
        case Unauthorized():
            return Effect("pause", UNAUTHORIZED)
        case Forbidden():
            return Effect("strike", FORBIDDEN)
        case NotBandwidth(status=status) if exchange.changes and status != HTTPStatus.CONFLICT:
            # on a GET it may only be an order that is gone: some of Bandwidth's 404s have no body, and so may its 409s
            return Effect("strike", FORBIDDEN)
        case Throttled(seconds=seconds):
            return Effect("pause", THROTTLED, max(1, round(seconds * 1000)))
        case Taken() | Refused():
            return Effect("sound")
        case _:
            return NONE
