"""What has happened to an account since its first order: counters, and histograms of how long it took."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from service.api.metrics.account_metric import counter, each, histogram, one

if TYPE_CHECKING:
    from collections.abc import Iterator

    from service.api.metrics.metric import Sample
    from service.vitals import AccountVitals


def _ended(vitals: AccountVitals) -> Iterator[Sample]:
    for ended, count in vitals.counted.ended.items():
        yield (vitals.account_id, ended.kind, ended.state, ended.settled_by), count


_COUNTERS: Final = (
    counter("orders_accepted_total", ("kind",), "Orders accepted.", each(lambda vitals: vitals.counted.accepted)),
    counter(
        "orders_ended_total",
        ("kind", "state", "settled_by"),
        "Orders that ended, those placed elsewhere too. Settled by: callback (one had announced the end that a check "
        "proved), check (none had), answer (Bandwidth refused the request), person.",
        _ended,
    ),
    counter(
        "callbacks_total",
        ("outcome",),
        "Callbacks: new, late (the order had ended), duplicate, orphan (of an order that is not known yet), anonymous "
        "(of no order); spooled ones count again under their outcome; unauthenticated: wrong credentials or signature.",
        each(lambda vitals: vitals.counted.callbacks),
    ),
    counter(
        "callbacks_missed_total",
        ("kind",),
        "Ends that a check found and no callback had announced, of kinds that have callbacks.",
        each(lambda vitals: vitals.counted.callbacks_missed),
    ),
    counter(
        "governor_waits_total",
        ("share",),
        "How often an exchange with Bandwidth was told to wait for its turn (TRACKER_RATE).",
        each(lambda vitals: vitals.counted.waits),
    ),
    counter(
        "governor_wait_seconds_total",
        ("share",),
        "Seconds that these were told to wait.",
        each(lambda vitals: vitals.counted.waited_seconds),
    ),
    counter(
        "pauses_total",
        ("why",),
        "How often the account was paused; down: the breaker has opened.",
        each(lambda vitals: vitals.counted.pauses),
    ),
    counter(
        "delivery_attempts_total",
        ("outcome",),
        "Attempts to deliver an event: delivered, failed (tried again), gone (the receiver wants no more), given_up "
        "(the last one failed).",
        each(lambda vitals: vitals.counted.attempts),
    ),
)
_HISTOGRAMS: Final = (
    histogram(
        "submit_seconds",
        ("kind",),
        "Seconds from when an order could be sent (accepted, its not_before, first in line) until Bandwidth had it.",
        each(lambda vitals: vitals.counted.submit),
    ),
    histogram(
        "order_seconds",
        ("kind",),
        "Seconds from an order's acceptance to its end.",
        each(lambda vitals: vitals.counted.order),
    ),
    histogram(
        "callback_lag_seconds",
        (),
        "Seconds from a callback's LastModifiedDate, by Bandwidth's clock, until it was heard; not of those that "
        "waited in the spool.",
        one(lambda vitals: vitals.counted.callback_lag),
    ),
)
METRICS: Final = (*_COUNTERS, *_HISTOGRAMS)
