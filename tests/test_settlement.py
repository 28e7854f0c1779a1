"""What one look cannot decide: how long an order waits for its next one."""

from __future__ import annotations

from dataclasses import replace

import pytest
from test_order_resource import KNOWN, ORDER

from service.kinds.tn_options import KIND
from service.lifecycle import Source, State
from service.report import Claim, Report
from service.sending import put_back
from service.settlement import DOUBLED, look_in, settle


def claim(order):
    return Claim(order, "check", "op", 1, 0, 1, 1.0)


def test_looks_go_down_the_ladder_and_stay_at_its_end():
    waits = [
        look_in(claim(replace(KNOWN, looks=made)), Report(Source.CHECK, "checked"), KIND, 1.0) for made in (0, 1, 99)
    ]

    assert waits == [KIND.looks[0], KIND.looks[1], KIND.looks[-1]]


def test_a_look_that_brought_nothing_is_none_and_the_next_is_later_all_the_same():
    failed = Report(Source.CHECK, "check_failed", failed=True)

    waits = [look_in(claim(replace(KNOWN, looks=1, failures=made)), failed, KIND, 1.0) for made in (0, 1, 2)]

    assert waits == [*KIND.looks[1:4]]


@pytest.mark.parametrize("state", [State.PROCESSING, State.NEEDS_ATTENTION])
def test_a_look_at_an_announced_end_that_brought_nothing_is_repeated_as_soon_as_a_request_is(state):
    failed = Report(Source.CHECK, "check_failed", failed=True)
    told = replace(KNOWN, looks=99, announced="COMPLETE", state=state)

    waits = [look_in(claim(replace(told, failures=made)), failed, KIND, 1.0) for made in (0, 1, 40)]

    assert [round(each / about) for each, about in zip(waits, (1, 2, 300), strict=True)] == [1, 1, 1]


def test_who_was_kept_from_a_look_at_an_order_that_waits_for_a_person_looks_now():
    doubled = claim(replace(KNOWN, state=State.NEEDS_ATTENTION, attention=DOUBLED))
    kept = put_back(doubled.order, "the worker ends")

    assert settle(doubled, kept, KIND, (0.0,)) == kept
    assert look_in(doubled, kept, KIND, 1.0) == 0


@pytest.mark.parametrize(("conflicts", "about"), [(0, 1), (1, 2), (4, 16), (40, 300)])
def test_a_change_that_bandwidth_is_too_busy_for_comes_back_later_each_time(conflicts, about):
    busy = Report(Source.SUBMIT, "conflict", state=State.ACCEPTED, conflict=True)

    wait = look_in(claim(replace(ORDER, conflicts=conflicts)), busy, KIND, 1.0)

    assert 0.8 * about <= wait <= 1.2 * about
