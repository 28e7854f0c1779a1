"""From where on something deserves a look: the numbers of deploy/prometheus/alerts.yml, where the reasons stand too.

An alert waits for minutes before it wakes somebody; who looks at a page is awake, so here nothing waits.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from service.store.keys import Due

#: seconds for which the oldest open order of a kind is usually open: line options, a number's own options and locations
#: are seen to in minutes; names and listings are made by hand at Bandwidth, and a weekend with a holiday is four days
USUAL_SECONDS: Final[Mapping[str, float]] = {
    "tn-options": 3_600.0,
    "number-options": 1_800.0,
    "location-failover": 1_800.0,
    "lidb": 5 * 86_400.0,
    "dlda": 5 * 86_400.0,
}
#: seconds for which the first of what is due may have been: a full line at the account's rate, one whole look, and a
#: receiver's patience
LATE_SECONDS: Final[Mapping[Due, float]] = {
    "submit": 1_800.0,
    "check": 900.0,
    "adopt": 900.0,
    "batch": 900.0,
    "deliver": 300.0,
}
#: seconds without a round of a clock, which goes each second
CLOCK_SECONDS: Final = 60.0
#: seconds for which the oldest delivery may wait while an endpoint fails: by then four attempts have failed
DELIVERY_SECONDS: Final = 3_600.0
#: orders that are known to nobody: one placed elsewhere is fetched within seconds, a handful may be anything
ORPHANS: Final = 10

#: seconds over which ends are counted, and over which what comes in bursts is
HOUR_SECONDS: Final = 3_600.0
BURST_SECONDS: Final = 1_800.0
#: ends that no callback had announced, in an hour without any callback
UNHEARD: Final = 3
#: the same where callbacks come: so many, and that share of the ends. A check may well be quicker than a callback
MISSED: Final = 5
MISSED_SHARE: Final = 0.5
#: callbacks with wrong credentials, in a burst
UNAUTHENTICATED: Final = 10
#: pauses by 429, in a burst: each ends by itself in seconds
THROTTLED: Final = 5
#: ends of a kind in an hour, and the share of them that failed: one caller with a wrong number is not an incident
ENDED: Final = 20
FAILED_SHARE: Final = 0.5


def usual_seconds(kind: str) -> float:
    """Return for how long an order of a kind is usually open at most; of one that is new here, as long as any."""
    return USUAL_SECONDS.get(kind, max(USUAL_SECONDS.values()))
