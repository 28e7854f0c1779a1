"""Signs of what Bandwidth tells us: callbacks and their lag, those missed, those of nobody's orders, subscriptions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from service.dashboard.health import ends, limits
from service.dashboard.health.histogram import measured, written
from service.dashboard.health.sign import Sign

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from service.dashboard.health.past import Lately
    from service.vitals import AccountVitals
    from service.vitals.account import Subscription
    from service.vitals.counted import Counted, Histogram

_NAME: Final = "Callbacks"
_NO_HARM: Final = "Checks find every end, some minutes later; names and listings some hours later."
_FIND_OUT: Final = "See that the subscriptions are whole, and that Bandwidth reaches TRACKER_CALLBACK_BASE_URL."
#: by outcome (`service.vitals.counted.CALLBACKS`): what became of a callback, for people
OUTCOMES: Final[Mapping[str, str]] = {
    "new": "told something new of an order",
    "late": "told what was known already, or of an order that is purged",
    "duplicate": "came a second time, word for word",
    "orphan": "told of an order that is not known here",
    "anonymous": "named no order at all",
    "spooled": "waited on disk while Redis was away; also counted by what became of it",
    "unauthenticated": "came with wrong credentials, and was not read",
}


def signs(account: AccountVitals, hour: Lately | None, burst: Lately | None, root: str, href: str) -> Iterator[Sign]:
    """Tell how we are told; `root` is the address of the account, `href` leads to more of callbacks."""
    yield from _callbacks(account, hour, burst, href)
    yield _subscriptions(account, f"{root}/subscriptions")
    yield _orphans(account, f"{root}/orphans")


def lag(account: AccountVitals, hour: Lately | None) -> tuple[Histogram, Lately | None]:
    """Return the lag of callbacks, of late where some came of late (and within how long), else since the first."""
    if hour and hour.counted.callback_lag.count:
        return hour.counted.callback_lag, hour
    return account.counted.callback_lag, None


def _callbacks(account: AccountVitals, hour: Lately | None, burst: Lately | None, href: str) -> Iterator[Sign]:
    missing = _missing(hour.counted, href) if hour else None
    yield missing or Sign(_NAME, _well(account, hour), href=href)
    wrong = burst.counted.callbacks["unauthenticated"] if burst else 0
    if wrong > limits.UNAUTHENTICATED:
        yield Sign(
            "Wrong credentials",
            f"{wrong:,} callbacks",
            "look",
            "Either Bandwidth has other credentials than we, or somebody tries.",
            "See that the subscriptions are whole. If they are, find out at the proxy who calls.",
            "OrderTrackerCallbacksUnauthenticated",
            href,
        )


def _missing(lately: Counted, href: str) -> Sign | None:
    """Tell that callbacks do not come, or too few of them, judged by the ends of late."""
    missed, heard, share = ends.missed(lately), ends.heard(lately), ends.missed_share(lately)
    if missed > limits.UNHEARD and not heard:
        value, runbook = "none comes", "OrderTrackerNoCallbacks"
        means = f"{missed:,} orders ended of late, and no callback at all was heard. {_NO_HARM}"
    elif missed > limits.MISSED and share is not None and share > limits.MISSED_SHARE:
        value, runbook = f"{share:.0%} missed", "OrderTrackerCallbacksMissed"
        means = f"{missed:,} orders ended of late before any callback had announced it. {_NO_HARM}"
    else:
        return None
    return Sign(_NAME, value, "look", means, _FIND_OUT, runbook, href)


def _well(account: AccountVitals, hour: Lately | None) -> str:
    found, _ = lag(account, hour)
    shown = measured(found)
    if shown is None:
        return "none yet"
    share = ends.missed_share(hour.counted) if hour else None
    quick = f"p50 {written(shown.half)}, p95 {written(shown.most)}"
    return quick if share is None else f"{quick}, {share:.0%} missed"


def _subscriptions(account: AccountVitals, href: str) -> Sign:
    broken = [each for each in account.subscriptions if not each.is_healthy]
    if not broken:
        count = len(account.subscriptions)
        return Sign("Subscriptions", f"{count} ok" if count else "no watch yet", href=href)
    return Sign(
        "Subscriptions",
        f"{len(broken)} of {len(account.subscriptions)} not whole",
        "look",
        f"{'; '.join(map(_wrong, broken))}. Callbacks of these types may not come; checks find every end.",
        "The clock's watch mends them. If this stays for a quarter of an hour, see what Bandwidth answers it.",
        "OrderTrackerSubscriptionUnhealthy",
        href,
    )


def _wrong(subscription: Subscription) -> str:
    return f"{subscription.order_type}: {', '.join(each.replace('_', ' ') for each in subscription.problems)}"


def _orphans(account: AccountVitals, href: str) -> Sign:
    count = account.orphans
    if count <= limits.ORPHANS:
        return Sign("Orphans", f"{count:,}", href=href)
    return Sign(
        "Orphans",
        f"{count:,}",
        "look",
        "Callbacks told of orders that are not known here. They are kept for seven days.",
        "See whether somebody orders elsewhere with our account; after a restore, replay them.",
        "OrderTrackerOrphansGrow",
        href,
    )
