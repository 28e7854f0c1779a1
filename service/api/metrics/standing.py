"""How an account stands now: gauges of what it has to do, what keeps it from that, and who is told of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from service.api.metrics.account_metric import each, gauge, one
from service.governor import WHYS
from service.store import ticking

if TYPE_CHECKING:
    from collections.abc import Iterator

    from service.api.metrics.metric import Sample
    from service.vitals import AccountVitals


def _orders(vitals: AccountVitals) -> Iterator[Sample]:
    for kind, counts in vitals.orders.items():
        for state, count in counts.by_state.items():
            yield (vitals.account_id, kind, state), count


def _oldest(vitals: AccountVitals) -> dict[str, float]:
    oldest = {kind: counts.oldest_open for kind, counts in vitals.orders.items()}
    return {kind: max(0, vitals.read_at - each.created_at) / 1000 if each else 0 for kind, each in oldest.items()}


def _paused(vitals: AccountVitals) -> dict[str, int]:
    return {why: int(vitals.pause is not None and vitals.pause.why == why) for why in WHYS}


def _clock_age(vitals: AccountVitals) -> float:
    return ticking.KEEP_MS / 1000 if vitals.clock_age_seconds is None else vitals.clock_age_seconds


def _endpoints(vitals: AccountVitals) -> dict[str, int]:
    endpoints = vitals.endpoints
    return {"on": endpoints.on, "failing": endpoints.failing, "off": endpoints.off}


METRICS: Final = (
    gauge("orders", ("kind", "state"), "Orders in each state; those that have ended until they are purged.", _orders),
    gauge(
        "oldest_open_order_age_seconds",
        ("kind",),
        "Seconds since the oldest open order of a kind was accepted; 0 where none is open.",
        each(_oldest),
    ),
    gauge(
        "due",
        ("step",),
        "What should be seen to by now: looks at orders (submit, check), orders placed elsewhere (adopt), batches "
        "whose rows become orders (batch), endpoints with deliveries (deliver).",
        each(lambda vitals: {step: each.count for step, each in vitals.overdue.items()}),
    ),
    gauge(
        "due_lag_seconds",
        ("step",),
        "Seconds for which the first of these has been due; 0 where none is.",
        each(lambda vitals: {step: each.lag_seconds for step, each in vitals.overdue.items()}),
    ),
    gauge("in_flight", (), "Orders that a worker holds now.", one(lambda vitals: vitals.in_flight)),
    gauge(
        "account_paused",
        ("why",),
        "1 while nothing of the account is sent to Bandwidth, for this reason.",
        each(_paused),
    ),
    gauge(
        "orphan_callbacks",
        (),
        "Orders that callbacks told of within 7 days and that are not known.",
        one(lambda vitals: vitals.orphans),
    ),
    gauge(
        "clock_age_seconds",
        (),
        "Seconds since a clock last went round the account; 3600: for an hour or more.",
        one(_clock_age),
    ),
    gauge(
        "subscription_healthy",
        ("order_type",),
        "1 while the last watch found our subscription whole; absent before the first watch.",
        each(lambda vitals: {each.order_type: int(each.is_healthy) for each in vitals.subscriptions}),
    ),
    gauge(
        "endpoints",
        ("state",),
        "Endpoints of events: on, failing (on, and the last attempt failed), off.",
        each(_endpoints),
    ),
    gauge(
        "deliveries_waiting",
        (),
        "Deliveries of events that wait, of endpoints that are off too.",
        one(lambda vitals: vitals.endpoints.waiting),
    ),
    gauge(
        "oldest_delivery_age_seconds",
        (),
        "Seconds since the oldest delivery that waits was made; 0 where none waits.",
        one(lambda vitals: vitals.endpoints.oldest_waiting_seconds),
    ),
)
