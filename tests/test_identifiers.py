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
