"""Waiting, as a conversation: what is asked, and when it ends."""

from __future__ import annotations

import pytest
from conversation import LOST, UNREACHED, Calls, foreign, good, order, problem

from service.client import Batch, ConnectionFailed, NotFound, Order, Purged, WaitTimeout

UNCHANGED = foreign(304)


def asked(request):
    return dict(request.query)


def test_an_order_is_asked_for_until_it_has_ended():
    led = Calls().lead(
        "wait", "an-order", answers=[good(order()), good(order("processing", 3)), good(order("partial", 4))], seconds=30
    )
    assert led.result.state == "partial"
    assert [asked(each) for each in led.requests] == [{"wait": "30", "until": "terminal"}] * 3
    assert led.pauses == []


def test_what_has_ended_is_returned_at_once():
    assert Calls().lead("wait", "an-order", answers=[good(order("failed"))]).result.state == "failed"
    ended = Order(id="an-order", kind="lidb", state="complete", version=7)
    assert Calls().lead("wait", "an-order", until="change", known=ended, answers=[]).result is ended


def test_a_change_is_one_since_the_version_that_is_known():
    known = Order(id="an-order", kind="lidb", state="held", version=2)
    answers = [UNCHANGED, good(order("accepted", 3))]
    led = Calls().lead("wait", "an-order", until="change", known=known, answers=answers, seconds=30)
    assert led.result.version == 3
    assert [(asked(each), each.headers["If-None-Match"]) for each in led.requests] == [({"wait": "30"}, 'W/"2"')] * 2


def test_a_change_without_a_known_version_is_one_since_the_call_began():
    led = Calls().lead("wait", "an-order", until="change", answers=[good(order()), good(order("submitting", 2))])
    assert [asked(each) for each in led.requests] == [{}, {"wait": "30"}]
    assert led.result.version == 2


def test_the_last_wait_is_no_longer_than_what_is_left_and_the_error_has_the_order():
    calls, waits = Calls(), []

    def held(request):
        waits.append(int(asked(request).get("wait", 0)))
        calls.clock.now += waits[-1]
        return good(order("held"))

    with pytest.raises(WaitTimeout, match="an-order is held after 70 s") as raised:
        calls.lead("wait", "an-order", timeout=70, answers=[held] * 4)
    assert waits == [30, 30, 10, 0]
    assert raised.value.order.state == "held"


def test_no_time_at_all_is_one_look():
    with pytest.raises(WaitTimeout):
        Calls().lead("wait", "an-order", timeout=0, answers=[good(order())])


def test_without_a_timeout_it_waits_until_the_end():
    answers = [good(order("held"))] * 300 + [good(order("complete"))]
    led = Calls().lead("wait", "an-order", timeout=None, answers=answers, seconds=30)
    assert led.result.state == "complete"
    assert {asked(each)["wait"] for each in led.requests} == {"30"}
    said = {"id": "a-batch", "state": "open", "orders": {"planned": 2}}
    answers = [good(said)] * 500 + [good({**said, "state": "ended"})]
    assert Calls().lead("wait_batch", "a-batch", timeout=None, answers=answers).result.has_ended


@pytest.mark.parametrize("until", ["x", "", "Terminal", None, ("terminal",)])
def test_an_end_that_is_none_is_refused_before_anything_is_asked(until):
    with pytest.raises(ValueError, match='until is "terminal" or "change", not '):
        Calls().lead("wait", "an-order", until=until, answers=[])


@pytest.mark.parametrize("name", ["wait", "wait_batch"])
@pytest.mark.parametrize("timeout", ["60", -1, float("nan")])
def test_a_time_that_is_none_is_refused_before_anything_is_asked(name, timeout):
    with pytest.raises(ValueError, match="timeout is a number of seconds, 0 or more, or None"):
        Calls().lead(name, "an-id", timeout=timeout, answers=[])


def test_a_tracker_that_answers_at_once_without_news_is_not_asked_without_a_pause():
    answers = [good(order())] * 3 + [good(order("complete"))]
    assert Calls().lead("wait", "an-order", answers=answers).pauses == pytest.approx([0.2] * 3)


def test_an_outage_is_waited_out_however_many_repeats_it_takes():
    answers = [*[UNREACHED] * 20, problem(503, "store-unavailable"), LOST, good(order("complete"))]
    led = Calls(repeats=1, seconds=1.0).lead("wait", "an-order", answers=answers)
    assert led.result.is_complete


def test_an_outage_that_lasts_is_raised():
    calls = Calls()
    with pytest.raises(ConnectionFailed):
        calls.lead("wait", "an-order", timeout=30, answers=[UNREACHED] * 8)
    assert 20 <= calls.clock.now <= 30


@pytest.mark.parametrize(("slug", "error", "status"), [("not-found", NotFound, 404), ("purged", Purged, 410)])
def test_an_order_that_is_gone_ends_the_wait(slug, error, status):
    with pytest.raises(error):
        Calls().lead("wait", "an-order", answers=[good(order()), problem(status, slug)], seconds=30)


def test_a_batch_is_asked_for_at_growing_intervals_until_it_has_ended():
    said = {"id": "a-batch", "state": "open", "orders": {"planned": 2}}
    led = Calls().lead("wait_batch", "a-batch", answers=[good(said)] * 9 + [good({**said, "state": "ended"})])
    assert led.result.has_ended
    assert led.pauses == pytest.approx([0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 10.0, 10.0, 10.0])
    with pytest.raises(WaitTimeout) as raised:
        Calls().lead("wait_batch", "a-batch", timeout=1.0, answers=[good(said)] * 4)
    assert isinstance(raised.value.batch, Batch)
