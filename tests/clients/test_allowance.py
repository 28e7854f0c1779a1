"""A caller's requests: two seconds' worth at once, then as many as its rate."""

from __future__ import annotations

import random

import pytest

from service.clients.allowance import Allowance


def test_two_seconds_worth_at_once_then_one_each_interval():
    allowance = Allowance(10)
    taken = [allowance.take(100.0) for _ in range(21)]

    assert [each.wait for each in taken[:20]] == [0.0] * 20
    assert [each.remaining for each in taken] == [*range(19, -1, -1), 0]
    assert (taken[0].quota, taken[0].window, taken[0].reset, taken[19].reset) == (20, 2, 1, 2)
    assert taken[20].wait == pytest.approx(0.1)
    assert allowance.take(100.09).wait == pytest.approx(0.01)
    assert allowance.take(100.1).wait == 0
    assert allowance.take(100.1).wait > 0
    assert allowance.take(200.0).remaining == 19


@pytest.mark.parametrize(
    ("rate", "quota", "window"), [(0.1, 1, 10), (0.3, 1, 4), (1, 2, 2), (1.5, 3, 2), (200, 400, 2)]
)
def test_the_policy_that_is_told_is_the_rate(rate, quota, window):
    left = Allowance(rate).take(0.0)
    assert (left.quota, left.window) == (quota, window)


def test_a_caller_that_keeps_asking_gets_its_rate_and_no_more():
    draw, allowance, now, passed = random.Random(5), Allowance(7), 0.0, 0
    while now < 100:
        now += draw.expovariate(50)
        passed += not allowance.take(now).wait
    assert passed == pytest.approx(100 * 7 + 14, abs=1)


def test_whoever_waits_as_long_as_it_is_told_passes():
    allowance, now = Allowance(3), 0.0
    for _ in range(50):
        if wait := allowance.take(now).wait:
            now += wait
            assert not allowance.take(now).wait
