"""Vital signs of an account and an installation where all is well, to be spoilt by tests."""

from __future__ import annotations

from typing import get_args

from service.bells import WORKS
from service.dashboard.health.past import Lately
from service.dashboard.health.readings import Seen
from service.kinds import shelf
from service.lifecycle import State
from service.store.counting import Counts
from service.store.keys import Due
from service.vitals import AccountVitals, InstallationVitals, counted
from service.vitals.account import Endpoints, Overdue, Subscription

NOW = 1_900_000_000_000
NOTHING = dict.fromkeys(State, 0)


def account(*, counters=None, histograms=None, **changes):
    values = {
        "account_id": "9900000",
        "read_at": NOW,
        "orders": {kind: Counts(NOTHING, None) for kind in sorted(shelf())},
        "overdue": {step: Overdue(0, 0.0) for step in get_args(Due)},
        "pause": None,
        "in_flight": 0,
        "orphans": 0,
        "clock_age_seconds": 0.4,
        "subscriptions": (Subscription("tnoptions", ()), Subscription("lidbs", ())),
        "endpoints": Endpoints(2, 0, 0, 0, 0.0, 0.0),
        "counted": counted.read(counters or {}, histograms or {}),
        **changes,
    }
    return AccountVitals(**values)


def installation(**changes):
    values = {"up": True, "workers": dict.fromkeys(WORKS, 1), "bells": dict.fromkeys(WORKS, 0), "spooled": 0, **changes}
    return InstallationVitals(**values)


def lately(counters, seconds=3_000.0):
    return Lately(seconds, counted.read(counters, {}))


def seen(*, counters=None, installed=None, **changes):
    """What a page sees; `counters` is what has happened of late."""
    happened = lately(counters) if counters is not None else None
    return Seen("9900000", account(**changes), installed or installation(), happened, happened)
