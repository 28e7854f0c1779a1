"""When a list proves that an order has not moved, and since which day it must be asked for."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from service.survey import ABSENT_MS, SUMMARIES_MS, Sighting, Survey, Surveyed, days_to_ask_for, is_unmoved

ID = "ddbdc72e-dc27-490c-904e-d0c11291b095"
NOW = 1_700_000_000_000  # 2023-11-14T22:13:20Z
MADE, MODIFIED = NOW - 7_200_000, NOW - 3_600_000
ORDER = Surveyed(
    id="018bcfe5-6800-7000-8000-000000000000",
    bandwidth_order_id=ID,
    status="PROCESSING",
    modified_at=MODIFIED,
    looked_at=NOW - 60_000,
    pictured_at=NOW - 600_000,
    seen_at=NOW - 600_000,
    looks=3,
    failures=0,
    nudges=0,
    fence=4,
    early=False,
)


def told(status="PROCESSING", modified_at=MODIFIED, created_at=MADE, *, whole=False):
    return Survey({ID: Sighting(status, modified_at, created_at)}, whole)


@pytest.mark.parametrize(
    ("order", "survey", "unmoved"),
    [
        pytest.param(ORDER, told(), True, id="as it was"),
        pytest.param(ORDER, told("processing"), True, id="its status in other letters"),
        pytest.param(replace(ORDER, bandwidth_order_id=ID.upper()), told(), True, id="its id in capitals"),
        pytest.param(ORDER, told("RECEIVED"), False, id="another status"),
        pytest.param(ORDER, told(None), False, id="no status"),
        pytest.param(ORDER, told(modified_at=MODIFIED + 1), False, id="modified since"),
        pytest.param(ORDER, told(modified_at=MODIFIED - 1), False, id="modified before: an old list"),
        pytest.param(ORDER, told(modified_at=None), False, id="no time"),
        pytest.param(replace(ORDER, status="COMPLETE"), told("COMPLETE"), False, id="an end is looked at"),
        pytest.param(replace(ORDER, modified_at=None), told(modified_at=MADE), True, id="as it was made"),
        pytest.param(replace(ORDER, modified_at=None), told(), False, id="modified since it was made"),
        pytest.param(replace(ORDER, modified_at=None), told(modified_at=None, created_at=None), False, id="no times"),
        pytest.param(ORDER, Survey(), False, id="missing in a list that may be cut"),
        pytest.param(ORDER, Survey(whole=True), True, id="missing in a whole list"),
        pytest.param(replace(ORDER, seen_at=NOW - ABSENT_MS - 1), Survey(whole=True), False, id="missing for a day"),
        pytest.param(replace(ORDER, seen_at=NOW - ABSENT_MS - 1), told(), True, id="there again after a day"),
        pytest.param(replace(ORDER, pictured_at=NOW - SUMMARIES_MS - 1), told(), False, id="not seen whole for a week"),
    ],
)
def test_only_a_list_that_proves_it_says_that_an_order_has_not_moved(order, survey, unmoved):
    assert is_unmoved(order, survey, NOW) is unmoved


def test_a_list_is_asked_for_from_two_days_before_the_earliest_last_look_until_tomorrow():
    earlier = replace(ORDER, looked_at=NOW - ABSENT_MS)

    days = days_to_ask_for([ORDER, earlier], NOW)

    assert days == tuple(date(2023, 11, day) for day in range(11, 16))


def test_an_order_that_no_list_had_for_a_day_must_stand_in_the_list():
    unseen = replace(ORDER, seen_at=NOW - ABSENT_MS - 1, modified_at=NOW - 4 * ABSENT_MS)

    assert days_to_ask_for([ORDER], NOW)[0] == date(2023, 11, 12)
    assert days_to_ask_for([ORDER, unseen], NOW)[0] == date(2023, 11, 8)
    assert days_to_ask_for([replace(unseen, modified_at=None)], NOW)[0] == date(2023, 11, 12)
