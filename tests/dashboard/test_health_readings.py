"""How vital signs are read for pages: seldom, never for long, and with what has happened of late."""

from __future__ import annotations

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.dashboard.health import readings
from service.dashboard.health.histogram import measured, quantile, written
from service.dashboard.health.past import Past
from service.errors import StoreUnavailable
from service.store.histogram import BOUNDS_MS, LONGER
from service.vitals import counted

MINUTE_MS = 60_000


def _histogram(**buckets):
    return counted.read({}, {f"callback_lag.{bound[1:]}": str(count) for bound, count in buckets.items()}).callback_lag


class Source:
    """Something to read, which counts how often that was done."""

    def __init__(self):
        self.reads, self.go = 0, asyncio.Event()
        self.go.set()

    async def read(self):
        self.reads += 1
        await self.go.wait()
        return self.reads


async def test_whoever_asks_at_once_or_shortly_after_shares_one_reading(monkeypatch):
    source = Source()
    kept = readings.Kept(source.read)
    assert await asyncio.gather(*(kept.value() for _ in range(20))) == [1] * 20
    assert await kept.value() == 1
    monkeypatch.setattr(readings, "FRESH_SECONDS", 0.0)
    assert await kept.value() == 2


async def test_a_reading_that_takes_too_long_is_not_waited_for_and_the_one_before_is_shown_for_a_while(monkeypatch):
    monkeypatch.setattr(readings, "WAIT_SECONDS", 0.01)
    monkeypatch.setattr(readings, "FRESH_SECONDS", 0.0)
    source = Source()
    source.go.clear()
    kept = readings.Kept(source.read)
    assert await kept.value() is None
    source.go.set()
    assert await kept.value() == 1
    source.go.clear()
    assert await kept.value() == 1
    monkeypatch.setattr(readings, "USABLE_SECONDS", 0.0)
    assert await kept.value() is None
    source.go.set()


async def test_a_store_that_is_away_is_not_known_now_and_is_asked_again(monkeypatch):
    monkeypatch.setattr(readings, "FRESH_SECONDS", 0.0)
    answers = [StoreUnavailable("away"), 7]

    async def read():
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    kept = readings.Kept(read)
    assert await kept.value() is None
    assert await kept.value() == 7


async def test_a_bug_in_reading_is_told_to_whoever_asks():
    async def read():
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await readings.Kept(read).value()


def test_what_has_happened_of_late_is_what_was_counted_since_an_hour_ago_or_since_somebody_looked():
    past, at = Past(), 0

    def reading(minutes, accepted):
        nonlocal at
        at = minutes * MINUTE_MS
        lag = {"callback_lag.1000": str(accepted), "callback_lag.sum": str(500 * accepted)}
        found = counted.read({"order.accepted.lidb": str(accepted)}, lag)
        past.note(at, found)
        return past.lately(at, found, 3_600), past.lately(at, found, 1_800)

    assert reading(0, 100) == (None, None)
    hour, _ = reading(5, 110)
    assert (hour.seconds, hour.counted.accepted["lidb"]) == (300.0, 10)
    assert (hour.counted.callback_lag.count, hour.counted.callback_lag.sum_seconds) == (10, 5.0)
    for minutes in range(10, 121):
        hour, half = reading(minutes, 100 + 2 * minutes)
    assert 60 <= hour.seconds / 60 <= 70
    assert 30 <= half.seconds / 60 <= 40
    assert hour.counted.accepted["lidb"] == 2 * hour.seconds / 60
    # nobody looks for ten hours: what is known is from then
    hour, _ = reading(720, 2_000)
    assert hour.seconds == 600 * 60
    # a store that lost what it had counted, and a clock that is another one
    hour, _ = reading(721, 5)
    assert hour.counted.accepted["lidb"] == 0
    assert reading(1, 5) == (None, None)


@given(st.lists(st.integers(0, 50), min_size=len(BOUNDS_MS) + 1, max_size=len(BOUNDS_MS) + 1).filter(any))
def test_an_estimate_lies_in_the_bucket_of_the_one_that_it_estimates(counts):
    bounds = [*BOUNDS_MS, LONGER]
    histogram = _histogram(**{f"_{bound}": count for bound, count in zip(bounds, counts, strict=True)})
    took = sorted(place for place, count in enumerate(counts) for _ in range(count))
    for share in (0.5, 0.95, 1.0):
        place = took[max(0, -int(-share * len(took) // 1) - 1)]
        most = BOUNDS_MS[min(place, len(BOUNDS_MS) - 1)] / 1000
        least = 0 if place == 0 else BOUNDS_MS[place - 1] / 1000
        assert least * (1 - 1e-9) <= quantile(histogram, share) <= most * (1 + 1e-9)
    shown = measured(histogram)
    assert shown.count == sum(counts)
    assert sum(each.bucket.count for each in shown.bars) == shown.count
    assert max(each.height for each in shown.bars) == 1
    assert len(shown.bars) >= 6


def test_a_histogram_says_its_buckets_in_words():
    shown = measured(_histogram(_100=1, _2500=2, _longer=1))
    assert [each.bucket.said for each in shown.bars if each.bucket.count] == [
        "up to 100 ms",
        "over 1 s, up to 2.5 s",
        "over 30 d",
    ]
    assert measured(_histogram()) is None
    assert [written(each) for each in (0.1, 1, 2.5, 60, 900, 86_400)] == [
        "100 ms", "1 s", "2.5 s", "1 min", "15 min", "1 d",
    ]  # fmt: skip
