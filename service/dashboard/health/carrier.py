"""The sign of Bandwidth: whether anything is sent to it, and if not, why and until when."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from service.dashboard.health import limits
from service.dashboard.health.sign import Level, Sign

if TYPE_CHECKING:
    from collections.abc import Mapping

    from service.dashboard.health.past import Lately
    from service.governor import Why
    from service.vitals import AccountVitals
    from service.vitals.account import Pause

#: by why word: how bad a pause is, in a few words, and its alert. One by 429 ends by itself in seconds
_PAUSES: Final[Mapping[Why, tuple[Level, str, str]]] = {
    "unauthorized": ("bad", "refuses our credentials", "OrderTrackerUnauthorized"),
    "forbidden": ("bad", "refuses what we send", "OrderTrackerForbidden"),
    "throttled": ("look", "lets us wait", "OrderTrackerThrottled"),
    "down": ("bad", "down", "OrderTrackerBandwidthDown"),
}
_NAME: Final = "Bandwidth"


def sign(account: AccountVitals, burst: Lately | None, href: str) -> Sign:
    """Tell whether anything is sent to Bandwidth; `href` leads to more of it."""
    if account.pause:
        return _paused(account.pause, href)
    throttled = burst.counted.pauses["throttled"] if burst else 0
    if throttled > limits.THROTTLED:
        return Sign(
            _NAME,
            "lets us wait often",
            "look",
            f"It has asked this account to wait (429) {throttled} times of late. Orders go on, slowly.",
            "See who else uses the account; lower TRACKER_RATE until it stops.",
            "OrderTrackerThrottled",
            href,
        )
    return Sign(_NAME, "ok", href=href)


def _paused(pause: Pause, href: str) -> Sign:
    level, value, runbook = _PAUSES[pause.why]
    # the governor's own words: after the word that tells why, what it is and what to do
    means = pause.text.partition(": ")[2]
    do = "Nothing: it ends by itself." if pause.until else ""
    return Sign(_NAME, value, level, means, do, runbook, href, pause.until)
