"""An order sent again after searches in vain: told that all its numbers are in process, it is searched again first."""

from __future__ import annotations

from dataclasses import replace

import pytest
from test_order_resource import (
    ID,
    ORDER,
    OTHER_ID,
    REQUEST,
    A,
    B,
    C,
    answer,
    drive,
    error,
    error_list,
    listed,
    summary,
    told,
)

from service.kinds.tn_options import KIND
from service.lifecycle import State

RESOURCE = replace(KIND.submit.__self__, in_process=frozenset({"11020"}))
AGAIN = replace(ORDER, resends=1)
ALL = error_list(error("11020", A, B), error("11020", C))


def submit(order, reply):
    return drive(RESOURCE.submit(order, REQUEST), reply)[1]


@pytest.mark.parametrize(
    "reply",
    [
        answer(f"<R>{ALL}</R>", 400),
        answer("<R><ResponseStatus><ErrorCode>11020</ErrorCode><Description>x</Description></ResponseStatus></R>", 400),
        answer(f"<R>{told(more=ALL, order_id=OTHER_ID)}</R>", 201),
        answer(told(more=error_list(error("11020", A, B), error("5076", C)), order_id=OTHER_ID), 201),
    ],
    ids=["per number", "for the request", "in a 201", "but for one that is refused for another reason"],
)
def test_the_second_time_it_may_be_its_own_first_request(reply):
    report = submit(AGAIN, reply)

    assert report.state is State.UNCERTAIN
    assert report.bandwidth_order_id is None
    assert "first request" in report.detail


def test_the_first_time_it_is_what_it_says():
    assert submit(ORDER, answer(f"<R>{ALL}</R>", 400)).state is State.REJECTED
    assert submit(ORDER, answer(told(more=ALL), 201)).bandwidth_order_id == ID


def test_after_two_more_rounds_of_searches_it_is_believed():
    assert submit(replace(ORDER, resends=2), answer(f"<R>{ALL}</R>", 400)).state is State.UNCERTAIN
    assert submit(replace(ORDER, resends=3), answer(f"<R>{ALL}</R>", 400)).state is State.REJECTED


def test_one_number_that_is_not_in_process_proves_a_second_order():
    some = error_list(error("11020", A, B))

    assert submit(AGAIN, answer(told(more=some), 201)).state is State.RECEIVED


def test_a_search_passes_over_the_orders_that_sending_again_made_in_vain():
    entries = listed(summary(OTHER_ID), summary(ID))
    details = (answer(told(more=ALL, order_id=OTHER_ID)), answer(told()))

    _, report = drive(RESOURCE.find(AGAIN, REQUEST), answer(entries), frozenset(), *details)

    assert (report.state, report.bandwidth_order_id) == (State.RECEIVED, ID)


def test_the_first_order_is_found_although_all_its_numbers_were_in_process():
    _, report = drive(RESOURCE.find(ORDER, REQUEST), answer(listed(summary())), frozenset(), answer(told(more=ALL)))

    assert report.bandwidth_order_id == ID
