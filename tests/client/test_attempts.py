"""What a call repeats, how long it waits, and when it gives up."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from conversation import LOST, UNREACHED, Calls, foreign, good, order, problem

from service.client import (
    BandwidthRefused,
    ConnectionFailed,
    InvalidOrder,
    NotCommitted,
    NotFound,
    OrderTracker,
    RateLimited,
    StoreUnavailable,
    UnexpectedAnswer,
)

BODY = {"groups": [{"telephone_numbers": ["2018551021"], "sms": "on"}]}


@pytest.mark.parametrize(
    "first",
    [
        LOST,
        UNREACHED,
        problem(503, "store-unavailable"),
        problem(503, "not-committed", {"order_id": "an-order"}),
        problem(429, "rate-limited"),
        foreign(502),
        foreign(503),
        foreign(504),
    ],
)
def test_a_submission_is_repeated_with_the_same_key_and_body(first):
    led = Calls().lead("submit", "tn-options", BODY, answers=[first, good(order(), 202)])
    assert led.result.id == "an-order"
    first_try, second_try = led.requests
    assert first_try.headers["Idempotency-Key"]
    assert (first_try.headers, first_try.content) == (second_try.headers, second_try.content)


def test_each_submission_has_a_key_of_its_own_unless_the_caller_gives_one():
    keys = [
        Calls().lead("submit", "tn-options", BODY, answers=[good(order(), 202)], **key).requests[0].headers
        for key in ({}, {}, {"idempotency_key": "mine"})
    ]
    assert len({each["Idempotency-Key"] for each in keys}) == 3
    assert keys[2]["Idempotency-Key"] == "mine"


@pytest.mark.parametrize("name", ["cancel", "retry", "step_aside", "rotate_endpoint", "ping_endpoint", "replay_orphan"])
@pytest.mark.parametrize("first", [LOST, problem(503, "store-unavailable"), foreign(502)])
def test_what_must_not_happen_twice_is_not_repeated_once_it_may_have_arrived(name, first):
    with pytest.raises((ConnectionFailed, StoreUnavailable, UnexpectedAnswer)):
        Calls().lead(name, "an-id", answers=[first])


@pytest.mark.parametrize("first", [UNREACHED, problem(429, "rate-limited")])
def test_what_must_not_happen_twice_is_repeated_when_nothing_was_done(first):
    led = Calls().lead("cancel", "an-order", answers=[first, good(order("cancelled"), 202)])
    assert led.result.state == "cancelled"


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (problem(422, "invalid-order"), InvalidOrder),
        (problem(404, "not-found"), NotFound),
        (problem(502, "bandwidth-refused"), BandwidthRefused),
        (foreign(302, location="https://elsewhere.example"), UnexpectedAnswer),
        (good([]), UnexpectedAnswer),
        (good(None), UnexpectedAnswer),
        (foreign(200), UnexpectedAnswer),
    ],
)
def test_what_will_not_change_is_raised_at_once(answer, error):
    with pytest.raises(error):
        Calls().lead("get", "an-order", answers=[answer])


def test_pauses_grow_and_are_scattered():
    led = Calls(repeats=6).lead("get", "an-order", answers=[*[LOST] * 6, good(order())])
    assert led.pauses == pytest.approx([0.2, 0.4, 0.8, 1.6, 3.2, 6.4])
    calm = Calls(repeats=6)._patience
    assert [calm.pause(each) for each in (7, 500)] == [10.0, 10.0]


def test_repeats_are_bounded_by_their_number_and_by_the_calls_time():
    with pytest.raises(ConnectionFailed):
        Calls(repeats=2).lead("get", "an-order", answers=[LOST] * 3)
    with pytest.raises(ConnectionFailed):
        Calls(repeats=0).lead("get", "an-order", answers=[LOST])
    calls = Calls(seconds=2.9, repeats=100)
    with pytest.raises(NotCommitted) as raised:
        calls.lead("submit", "lidb", {}, answers=[problem(503, "not-committed", {"order_id": "it"})] * 4)
    assert calls.clock.now == pytest.approx(1.4)
    assert raised.value.problem.order_id == "it"


def test_without_a_timeout_only_their_number_bounds_the_repeats():
    with OrderTracker("http://tracker", "a-token", timeout=None, retries=3) as tracker:
        patience = tracker._patience
    calls = Calls(seconds=patience.seconds, repeats=patience.repeats)
    slow = problem(503, "store-unavailable", retry_after="1000")
    led = calls.lead("get", "an-order", answers=[slow, slow, LOST, good(order())], seconds=20.0)
    assert (led.result.id, [each.silence for each in led.requests]) == ("an-order", [20.0] * 4)
    with pytest.raises(StoreUnavailable):
        calls.lead("get", "an-order", answers=[slow] * 4)


def test_an_attempt_has_no_more_time_than_is_left_of_the_call():
    led = Calls(seconds=30.0).lead("get", "an-order", answers=[LOST, LOST, good(order())], seconds=14.0)
    assert [each.silence for each in led.requests] == pytest.approx([20.0, 15.8, 1.4], abs=0.01)


def test_retry_after_is_kept_to_and_scattered_upwards():
    led = Calls().lead("get", "an-order", answers=[problem(429, "rate-limited", retry_after="4"), good(order())])
    assert led.pauses == [5.0]


def test_retry_after_may_be_a_date():
    at = format_datetime(datetime.now(UTC) + timedelta(seconds=40), usegmt=True)
    led = Calls().lead("get", "an-order", answers=[problem(503, "store-unavailable", retry_after=at), good(order())])
    assert 30 <= led.pauses[0] <= 50


@pytest.mark.parametrize("asked", ["-1", "soon", "", "Wed, 21 Oct 2015 07:28:00 -0000", "1" * 5000])
def test_a_retry_after_that_makes_no_sense_is_passed_over_or_ends_the_call(asked):
    answers = [problem(429, "rate-limited", retry_after=asked), good(order())]
    if asked.startswith("1"):
        with pytest.raises(RateLimited):
            Calls().lead("get", "an-order", answers=answers[:1])
    else:
        assert Calls().lead("get", "an-order", answers=answers).pauses == pytest.approx([0.2])


def test_a_pause_that_is_longer_than_the_calls_time_is_not_made():
    calls = Calls(seconds=10.0)
    with pytest.raises(RateLimited):
        calls.lead("get", "an-order", answers=[problem(429, "rate-limited", retry_after="60")])
    assert calls.clock.now == 0


def test_an_endpoint_that_was_removed_by_an_attempt_whose_answer_was_lost_is_removed():
    Calls().lead("delete_endpoint", "an-endpoint", answers=[LOST, problem(404, "not-found")])
    with pytest.raises(NotFound):
        Calls().lead("delete_endpoint", "an-endpoint", answers=[problem(404, "not-found")])


@pytest.mark.parametrize("following", ["https://evil.example/v1/orders", "//evil.example/v1/", "/other", 7])
def test_the_token_goes_to_no_other_address_whatever_a_list_says(following):
    with pytest.raises(UnexpectedAnswer, match="no path of the tracker"):
        Calls().lead("iter_orders", answers=[good({"orders": [], "next": following})])
