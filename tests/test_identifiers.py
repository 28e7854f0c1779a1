"""Our ids: UUIDv7 that sort by the time they were made."""

from __future__ import annotations

import time
import uuid

import pytest

from service import identifiers


def test_an_id_is_a_uuid_of_version_7_and_of_our_form():
    made = uuid.UUID(identifiers.new_id())

    assert (made.version, made.variant) == (7, uuid.RFC_4122)
    assert identifiers.is_id(str(made))


def test_an_id_tells_the_millisecond_it_was_made_in():
    before = time.time_ns() // 1_000_000
    made = uuid.UUID(identifiers.new_id()).int >> 80

    assert before <= made <= time.time_ns() // 1_000_000


def test_ids_sort_by_the_time_they_were_made(monkeypatch):
    moments = range(1_700_000_000_000_000_000, 1_700_000_000_010_000_000, 7_919)
    made = []
    for moment in moments:
        monkeypatch.setattr(time, "time_ns", lambda moment=moment: moment)
        made.append(identifiers.new_id())

    assert made == sorted(made)


@pytest.mark.parametrize("moment", [0, 1_700_000_000_000, (1 << 48) - 2])
def test_a_bound_stands_between_the_ids_of_two_moments(monkeypatch, moment):
    made = []
    for each in (moment, moment + 1):
        monkeypatch.setattr(time, "time_ns", lambda each=each: each * 1_000_000 + 999_999)
        made.append(identifiers.new_id())

    assert identifiers.id_bound(moment) < made[0] < identifiers.id_bound(moment + 1) < made[1]


def test_a_moment_that_no_id_can_tell_is_bound_by_the_first_or_the_last():
    assert identifiers.id_bound(-1) == "00000000-0000"
    assert identifiers.id_bound(1 << 60) == "ffffffff-ffff"


def test_ids_of_one_moment_differ(monkeypatch):
    monkeypatch.setattr(time, "time_ns", lambda: 1_700_000_000_000_000_000)

    assert len({identifiers.new_id() for _ in range(10_000)}) == 10_000
    assert len({identifiers.operation_id() for _ in range(10_000)}) == 10_000


GOOD = "019376c8-1f5e-7000-8000-0000000000af"


@pytest.mark.parametrize(
    "text", ["", GOOD.upper(), GOOD + "\n", GOOD[:-1], GOOD.replace("-", ""), "é" + GOOD[1:], "{}"]
)
def test_what_has_another_form_is_no_id(text):
    assert not identifiers.is_id(text)


def test_what_has_the_form_is_an_id():
    assert identifiers.is_id(GOOD)


def test_the_ids_of_a_batchs_orders_are_always_the_same_and_sort_by_their_places():
    batch, other = identifiers.new_id(), identifiers.new_id()
    ids = [identifiers.member_id(batch, ordinal) for ordinal in (0, 1, 9, 10, 500, 99_999)]

    assert ids == [identifiers.member_id(batch, ordinal) for ordinal in (0, 1, 9, 10, 500, 99_999)]
    assert ids == sorted(ids)
    assert len({*ids, *(identifiers.member_id(other, ordinal) for ordinal in (0, 1, 9))}) == 9
    for each in map(uuid.UUID, ids):
        assert (each.version, each.variant, each.int >> 62) == (7, uuid.RFC_4122, uuid.UUID(batch).int >> 62)
