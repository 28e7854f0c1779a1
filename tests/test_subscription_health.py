"""What counts as ours, and what is wrong with it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from service.bandwidth.subscription_document import EXPIRY_SECONDS, Receiver, Subscription
from service.store.subscribed import Subscribed
from service.subscription_health import EXPIRING_SECONDS, FAILING_SECONDS, Need, examine

RECEIVER = Receiver("https://here.example/callbacks/bandwidth/9/secret-segment", "bandwidth", "a-password")
OPTIONS = Need(("tnoptions",), ("tn-options",))
LIDB = Need(("lidbs", "lidb"), ("lidb", "lidb-again"))
WHOLE = Subscription("1", "tnoptions", RECEIVER.url, "bandwidth", EXPIRY_SECONDS, "READY")


def judge(*subscriptions, needs=(OPTIONS,), remembered=None):
    return examine(subscriptions, needs, RECEIVER, remembered or {}, "now", 0)


def problems(subscription, **more):
    return judge(subscription, **more).examined[0].problems


def test_a_whole_one_has_no_problem():
    health = judge(WHOLE)
    assert (health.examined[0].ours, health.examined[0].kinds, health.broken) == (True, ("tn-options",), ())


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"expiry": EXPIRING_SECONDS - 1}, "expiring"),
        ({"expiry": 0}, "expiring"),
        ({"url": "http://there.example/callbacks/bandwidth/9/secret-segment"}, "wrong_url"),
        ({"url": RECEIVER.url + "?x"}, "wrong_url"),
        ({"username": None}, "wrong_username"),
        ({"username": "somebody"}, "wrong_username"),
        ({"status": "401 Unauthorized"}, "failing"),
    ],
)
def test_each_problem_is_seen(changes, problem):
    assert problems(replace(WHOLE, **changes)) == (problem,)


@pytest.mark.parametrize("changes", [{"expiry": None}, {"expiry": EXPIRING_SECONDS}, {"status": None}])
def test_what_bandwidth_does_not_show_is_no_problem(changes):
    assert problems(replace(WHOLE, **changes)) == ()


def test_several_problems_are_all_seen():
    assert problems(replace(WHOLE, username=None, expiry=1, status="500")) == ("expiring", "wrong_username", "failing")


def test_one_that_was_written_with_another_password_is_seen_while_we_remember_it():
    assert problems(WHOLE, remembered={"tnoptions": Subscribed("1", credentials="before")}) == ("old_password",)
    assert problems(WHOLE, remembered={"tnoptions": Subscribed("1", credentials="now")}) == ()
    assert problems(WHOLE, remembered={"tnoptions": Subscribed("1")}) == ()
    assert problems(WHOLE, remembered={"tnoptions": Subscribed("2", credentials="before")}) == ()


@pytest.mark.parametrize(
    "url",
    [
        "https://here.example/callbacks/bandwidth/9/another-segment",
        "https://here.example/callbacks/bandwidth/8/secret-segment",
        "https://here.example/",
        "https://[broken/callbacks/bandwidth/9/secret-segment",
        '"https://company.com/iriscallback"',
    ],
)
def test_one_with_another_path_is_somebody_elses_and_has_no_problems(url):
    health = judge(replace(WHOLE, url=url, expiry=1, username=None))
    assert (health.examined[0].ours, health.examined[0].problems) == (False, ())
    assert health.missing == ("tnoptions",)


def test_one_that_we_remember_is_ours_wherever_it_calls():
    elsewhere = replace(WHOLE, url="https://old.example/an-old-path")
    health = judge(elsewhere, remembered={"tnoptions": Subscribed("1")})
    assert health.examined[0].problems == ("wrong_url",)
    assert health.missing == ()


def test_every_spelling_in_any_case_meets_a_need():
    for spelling in ("lidb", "LIDBS"):
        health = judge(replace(WHOLE, order_type=spelling), needs=(LIDB,))
        assert (health.missing, health.examined[0].kinds) == ((), ("lidb", "lidb-again"))
    assert judge(WHOLE, needs=(LIDB,)).missing == ("lidbs",)


def test_a_second_one_of_ours_is_surplus_and_breaks_nothing():
    health = judge(replace(WHOLE, id="0", expiry=1), WHOLE)
    assert [each.problems for each in health.examined] == [("surplus",), ()]
    assert health.broken == ()


def test_one_of_ours_that_no_kind_needs_is_surplus():
    health = judge(replace(WHOLE, order_type="portins"))
    assert (health.examined[0].problems, health.missing) == (("surplus",), ("tnoptions",))


def test_of_several_the_one_with_our_address_is_kept_then_the_best_then_the_one_we_remember():
    moved = replace(WHOLE, id="moved", url="http://there.example/callbacks/bandwidth/9/secret-segment")
    wiped = replace(WHOLE, id="wiped", username=None, expiry=1)
    (kept,) = [each.kept for each in judge(moved, wiped).standings]
    assert kept.subscription.id == "wiped"
    (kept,) = [each.kept for each in judge(wiped, WHOLE).standings]
    assert kept.subscription.id == "1"
    twin = replace(WHOLE, id="2")
    (kept,) = [each.kept for each in judge(WHOLE, twin).standings]
    assert kept.subscription.id == "1"
    remembered = {"tnoptions": Subscribed("2")}
    (kept,) = [each.kept for each in judge(WHOLE, twin, remembered=remembered).standings]
    assert kept.subscription.id == "2"


def test_a_failure_that_bandwidth_still_shows_is_written_again_after_an_hour():
    failing = replace(WHOLE, status="500 no")
    (standing,) = judge(failing).standings
    now, hour = 10**12, FAILING_SECONDS * 1000

    assert standing.is_due(None, now)
    assert not standing.is_due(Subscribed("1", now - hour + 1, "500 no"), now)
    assert standing.is_due(Subscribed("1", now - hour, "500 no"), now)
    assert standing.is_due(Subscribed("1", now, "404 another"), now)
    assert standing.is_due(Subscribed("2", now, "500 no"), now)


def test_any_other_problem_is_written_at_once():
    remembered = Subscribed("1", 10**12, "500 no")
    (standing,) = judge(replace(WHOLE, status="500 no", username=None)).standings
    assert standing.is_due(remembered, 10**12)
    (standing,) = judge().standings
    assert standing.is_due(remembered, 10**12)
    (standing,) = judge(WHOLE).standings
    assert not standing.is_due(remembered, 10**12)
