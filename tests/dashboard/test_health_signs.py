"""What deserves a look, one thing wrong at a time; and the same numbers as the alerts."""

from __future__ import annotations

import math
import re
from pathlib import Path

import pytest
import yaml
from vital_signs import NOTHING, NOW, account, installation, seen

from service import governor
from service.bells import WORKS
from service.dashboard.health import limits
from service.dashboard.health.readings import Seen
from service.dashboard.health.sign import troubles
from service.dashboard.health.signs import signs
from service.kinds import shelf
from service.lifecycle import State
from service.store.counting import Counts, Oldest
from service.vitals.account import Endpoints, Overdue, Pause, Subscription

ALERTS = {
    rule["alert"]: rule
    for group in yaml.safe_load((Path(__file__).parents[2] / "deploy/prometheus/alerts.yml").read_text())["groups"]
    for rule in group["rules"]
    if "alert" in rule
}
USUAL = {
    rule["labels"]["kind"]: rule["expr"]
    for group in yaml.safe_load((Path(__file__).parents[2] / "deploy/prometheus/alerts.yml").read_text())["groups"]
    for rule in group["rules"]
    if rule.get("record") == "order_tracker:usual_order_seconds"
}
HOUR_MS = 3_600_000


def _orders(kind="tn-options", oldest=None, **states):
    by_kind = {each: Counts(NOTHING, None) for each in sorted(shelf())}
    return by_kind | {kind: Counts({**NOTHING, **{State(each): count for each, count in states.items()}}, oldest)}


def _due(step, count, lag):
    return account().overdue | {step: Overdue(count, lag)}


def _pause(text, until=None):
    return Pause(text.partition(":")[0], text, until)


def _old(kind, ms):
    return _orders(kind, Oldest("01a2", State.RECEIVED, NOW - ms), received=1)


WORKERS = dict.fromkeys(WORKS, 1)
#: what is seen -> the name of its sign, its level, its section of the runbook, and words that it says
WRONG = {
    "an old order": (seen(orders=_old("tn-options", HOUR_MS + 1)), "Oldest open", "look", "OldOrder", "at most"),
    "attention": (seen(orders=_orders(needs_attention=3)), "Needs attention", "look", "NeedsAttention", "retry"),
    "late submits": (seen(overdue=_due("submit", 9, 1801.0)), "Due: submit", "look", "SubmitsLate", "TRACKER_RATE"),
    "late checks": (seen(overdue=_due("check", 9, 901.0)), "Due: check", "look", "LooksLate", "workers"),
    "late events": (seen(overdue=_due("deliver", 9, 301.0)), "Due: deliver", "look", "EventsLate", "workers"),
    "401": (seen(pause=_pause(governor.UNAUTHORIZED)), "Bandwidth", "bad", "Unauthorized", "TRACKER_BANDWIDTH_*"),
    "403": (seen(pause=_pause(governor.FORBIDDEN)), "Bandwidth", "bad", "Forbidden", "permissions"),
    "429": (seen(pause=_pause(governor.THROTTLED, NOW)), "Bandwidth", "look", "Throttled", "ends by itself"),
    "breaker": (seen(pause=_pause(governor.DOWN)), "Bandwidth", "bad", "BandwidthDown", "One order at a time"),
    "often 429": (seen(counters={"account.paused.throttled": "6"}), "Bandwidth", "look", "Throttled", "6 times"),
    "no callback": (
        seen(counters={"order.ended.tn-options.complete.check": "4"}),
        "Callbacks", "look", "NoCallbacks", "no callback at all",
    ),
    "missed callbacks": (
        seen(
            counters={
                "order.ended.lidb.failed.check": "6",
                "order.ended.lidb.complete.callback": "5",
                "callback.new": "5",
            }
        ),
        "Callbacks", "look", "CallbacksMissed", "TRACKER_CALLBACK_BASE_URL",
    ),
    "wrong credentials": (
        seen(counters={"callback.unauthenticated": "11"}),
        "Wrong credentials", "look", "CallbacksUnauthenticated", "somebody tries",
    ),
    "failing orders": (
        seen(counters={"order.ended.dlda.rejected.answer": "11", "order.ended.dlda.complete.callback": "10"}),
        "Ends of dlda", "look", "OrdersFail", "11 failed",
    ),
    "subscription": (
        seen(subscriptions=(Subscription("tnoptions", ("wrong_url", "failing")), Subscription("lidbs", ()))),
        "Subscriptions", "look", "SubscriptionUnhealthy", "tnoptions: wrong url, failing",
    ),
    "orphans": (seen(orphans=11), "Orphans", "look", "OrphansGrow", "replay"),
    "failing endpoint": (
        seen(endpoints=Endpoints(1, 1, 0, 7, 3_601.0, 0.0)),
        "Endpoints", "look", "EndpointFailing", "oldest of 7",
    ),
    "late clock": (seen(clock_age_seconds=61.0), "Clock", "bad", "NoClock", "order-tracker clock"),
    "no clock": (seen(clock_age_seconds=None), "Clock", "bad", "NoClock", "order-tracker clock"),
    "no submit worker": (
        seen(installed=installation(workers=WORKERS | {"submit": 0})),
        "Workers", "bad", "NoWorkers", "order-tracker worker submit",
    ),
    "no check worker": (
        seen(installed=installation(workers=WORKERS | {"check": 0})),
        "Workers", "bad", "NoWorkers", "do not end here",
    ),
    "no courier": (
        seen(installed=installation(workers=WORKERS | {"deliver": 0})),
        "Workers", "look", "NoCouriers", "no endpoint is told",
    ),
    "no worker": (
        seen(installed=installation(workers=dict.fromkeys(WORKS, 0))),
        "Workers", "bad", "NoWorkers", "order-tracker worker submit, order-tracker worker check",
    ),
    "queue away": (
        seen(installed=installation(workers={}, bells={})),
        "Queue", "bad", "QueueAway", "the clock rings",
    ),
    "store away": (seen(installed=installation(up=False)), "Redis", "bad", "StoreAway", "go to the spool"),
    "store away, no spool": (
        seen(installed=installation(up=False, spooled=None)),
        "Redis", "bad", "StoreAway", "Callbacks get 503",
    ),
    "spool": (seen(installed=installation(spooled=1)), "Spool", "look", "SpoolNotDraining", "Delete no file"),
}  # fmt: skip


def test_where_all_is_well_nothing_deserves_a_look():
    quiet = [
        seen(),
        seen(counters={}),
        seen(orders=_old("tn-options", HOUR_MS)),
        seen(orders=_old("lidb", 100 * HOUR_MS)),
        seen(overdue=_due("submit", 9, 1800.0)),
        # what waits because of a pause is no lag of ours; the pause itself is told
        seen(counters={"order.ended.lidb.failed.check": "5", "callback.new": "1"}),
        seen(orphans=10),
        # an endpoint that is off for good is nobody's alarm
        seen(endpoints=Endpoints(1, 1, 1, 7, 3_600.0, 0.0)),
        seen(subscriptions=()),
        seen(installed=installation(spooled=None)),
    ]
    assert [troubles(signs(each)) for each in quiet] == [[]] * len(quiet)


@pytest.mark.parametrize(("what", "name", "level", "runbook", "words"), WRONG.values(), ids=WRONG)
def test_what_is_wrong_is_told_alone_with_what_to_do(what, name, level, runbook, words):
    (sign,) = troubles(signs(what))
    assert (sign.name, sign.level, sign.runbook) == (name, level, f"OrderTracker{runbook}")
    assert words in f"{sign.means} {sign.do}"
    assert sign.means.endswith(".")


def test_every_sign_says_what_is_in_it_and_where_more_is():
    told = {each.name: each for each in signs(seen(histograms={"callback_lag.1000": "10"}, in_flight=1_234))}
    assert [*told] == [
        "Oldest open", "To send", "In flight", "Due", "Needs attention", "Bandwidth", "Callbacks",
        "Subscriptions", "Orphans", "Endpoints", "Workers", "Clock", "Spool",
    ]  # fmt: skip
    assert told["In flight"].value == "1,234"
    assert told["Callbacks"].value == "p50 750 ms, p95 975 ms"
    assert told["Workers"].value == "3"
    assert all(each.href for name, each in told.items() if name not in ("Oldest open", "In flight", "Due"))


def test_the_oldest_order_is_one_that_is_unusual_for_its_kind_where_there_is_one():
    name = Oldest("01a1", State.RECEIVED, NOW - 90 * HOUR_MS)
    line = Oldest("01a2", State.HELD, NOW - 2 * HOUR_MS)
    orders = _orders("lidb", name, received=1) | {"tn-options": Counts({**NOTHING, State.HELD: 1}, line)}
    told = next(iter(signs(seen(orders=orders))))
    assert (told.value, told.level, told.at) == ("tn-options", "look", line.created_at)
    assert told.href == "/dashboard/accounts/9900000/orders/01a2"


def test_what_a_pause_keeps_waiting_is_not_late_as_well():
    paused = seen(overdue=_due("submit", 9, 1801.0), pause=_pause(governor.DOWN))
    assert [each.name for each in troubles(signs(paused))] == ["Bandwidth"]


def test_what_is_not_known_now_is_said_to_be_so():
    unknown = troubles(signs(Seen("9900000", None, None, None, None)))
    assert [(each.name, each.level) for each in unknown] == [("Orders", "unknown"), ("Workers", "unknown")]
    away = troubles(signs(Seen("9900000", None, installation(up=False), None, None)))
    assert [(each.name, each.level) for each in away] == [("Redis", "bad"), ("Orders", "unknown")]


def test_every_section_of_the_runbook_that_a_page_names_is_an_alert_and_as_bad():
    for what, _, level, runbook, _ in WRONG.values():
        severity = {"bad": "critical", "look": "warning"}[level]
        assert ALERTS[f"OrderTracker{runbook}"]["labels"]["severity"] == severity, what


def test_limits_are_those_of_the_alerts():
    assert set(USUAL) == set(limits.USUAL_SECONDS) == set(shelf())
    # as in vector(5 * 86400)
    usual = {kind: math.prod(map(float, re.findall("[0-9]+", expr))) for kind, expr in USUAL.items()}
    assert usual == limits.USUAL_SECONDS
    for alert, numbers in {
        "SubmitsLate": (limits.LATE_SECONDS["submit"],),
        "LooksLate": (limits.LATE_SECONDS["check"],),
        "EventsLate": (limits.LATE_SECONDS["deliver"],),
        "NoClock": (limits.CLOCK_SECONDS,),
        "EndpointFailing": (limits.DELIVERY_SECONDS,),
        "OrphansGrow": (limits.ORPHANS,),
        "NoCallbacks": (limits.UNHEARD,),
        "CallbacksMissed": (limits.MISSED, limits.MISSED_SHARE),
        "CallbacksUnauthenticated": (limits.UNAUTHENTICATED,),
        "Throttled": (limits.THROTTLED,),
        "OrdersFail": (limits.ENDED, limits.FAILED_SHARE),
    }.items():
        compared = {float(each) for each in re.findall(r"> ([0-9.]+)", ALERTS[f"OrderTracker{alert}"]["expr"])}
        assert set(numbers) <= compared, alert
    assert limits.usual_seconds("a-kind-that-is-new") == max(limits.USUAL_SECONDS.values())
