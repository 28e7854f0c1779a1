"""What a person is told of an action before it is done: what it will do, or why it is not possible."""

from __future__ import annotations

from dataclasses import replace

import pytest

from service.lifecycle import LOOKED_AT, TERMINAL, UNSENT, State
from service.order import Attention, Order, Outcome
from service.prospects import Action, possible, prospect

ORDER = Order(
    id="o", account_id="1", kind="tn-options", state=State.ACCEPTED, version=1, origin="api", customer_order_id=None,
    telephone_numbers=("2015551234",), request={}, secrets=None, metadata={}, created_at=1, updated_at=1,
)  # fmt: skip


def in_state(state, **more):
    attention = Attention("maybe_sent", "Look.") if state == State.NEEDS_ATTENTION else None
    return replace(ORDER, state=state, **{"attention": attention, **more})


#: the states that each action takes, of an order that Bandwidth has told no id of
TAKES = {
    Action.CANCEL: UNSENT | {State.NEEDS_ATTENTION},
    Action.RETRY: {State.NEEDS_ATTENTION},
    Action.CHECK: LOOKED_AT,
    Action.STEP_ASIDE: LOOKED_AT | UNSENT,
    Action.RETRY_FAILED: TERMINAL,
}


@pytest.mark.parametrize("state", State)
def test_every_state_takes_its_actions_and_says_of_the_others_why_not(state):
    told = possible(in_state(state, failed_numbers=1))
    assert {action for action, each in told.items() if each.possible} == {
        action for action, states in TAKES.items() if state in states
    }
    assert all(each.action == action and each.says.endswith((".", ")")) for action, each in told.items())


@pytest.mark.parametrize(
    ("action", "order", "says"),
    [
        (Action.CANCEL, in_state(State.HELD), "It was never sent"),
        (Action.CANCEL, in_state(State.ACCEPTED, attempts=1), "Bandwidth has nothing of it"),
        (Action.CANCEL, in_state(State.NEEDS_ATTENTION), "Bandwidth may have taken it all the same"),
        (
            Action.CANCEL,
            in_state(State.NEEDS_ATTENTION, attention=Attention("forbidden", "Ask."), attempts=1),
            "Bandwidth has nothing of it",
        ),
        (Action.RETRY, in_state(State.NEEDS_ATTENTION), "looked for at Bandwidth first"),
        (Action.RETRY, in_state(State.NEEDS_ATTENTION, bandwidth_order_id="b-1"), "looked at as b-1"),
        (
            Action.RETRY,
            in_state(State.NEEDS_ATTENTION, attention=Attention("forbidden", "Ask."), aside_since=1),
            "goes to the end of its lines first",
        ),
        (Action.CHECK, in_state(State.UNCERTAIN), "looked for at Bandwidth now"),
        (Action.CHECK, in_state(State.PROCESSING), "Only what Bandwidth says changes it"),
        (Action.STEP_ASIDE, in_state(State.HELD), "the orders behind it go first"),
        (Action.STEP_ASIDE, in_state(State.PROCESSING), "11020, 16103, 5146, 409"),
        (Action.RETRY_FAILED, in_state(State.PARTIAL, failed_numbers=2), "its numbers that failed"),
        (Action.RETRY_FAILED, in_state(State.PARTIAL, failed_numbers=2, retried_by="r-1"), "what order r-1 left"),
        (
            Action.RETRY_FAILED,
            in_state(State.FAILED, telephone_numbers=(), default_outcome=Outcome("failed", retryable=True)),
            "its numbers that failed",
        ),
    ],
)
def test_what_an_action_will_do_is_told(action, order, says):
    told = prospect(action, order)
    assert told.possible
    assert says in told.says


@pytest.mark.parametrize(
    ("action", "order", "says"),
    [
        (Action.CANCEL, in_state(State.NEEDS_ATTENTION, bandwidth_order_id="b-1"), "Bandwidth has this order"),
        (Action.RETRY, in_state(State.PROCESSING), "Only an order that needs attention"),
        (Action.CHECK, in_state(State.HELD), "nothing to look at yet"),
        (Action.CHECK, in_state(State.COMPLETE), "has ended (complete)"),
        (Action.STEP_ASIDE, in_state(State.COMPLETE), "stands in nobody's way"),
        (Action.STEP_ASIDE, in_state(State.PROCESSING, aside_since=1), "stepped aside already"),
        (Action.STEP_ASIDE, in_state(State.ACCEPTED, amends="t"), "changes order t"),
        (Action.RETRY_FAILED, in_state(State.COMPLETE), "Nothing of this order is left"),
        (Action.RETRY_FAILED, in_state(State.FAILED, origin="external"), "placed elsewhere"),
    ],
)
def test_why_an_action_is_not_possible_is_told(action, order, says):
    told = prospect(action, order)
    assert not told.possible
    assert says in told.says


def test_who_waits_for_an_order_decides_whether_it_need_step_aside_and_is_told_of_its_end():
    order = in_state(State.HELD)
    assert not prospect(Action.STEP_ASIDE, order, followers=0).possible
    assert prospect(Action.STEP_ASIDE, order, followers=1).possible
    assert "wait for it go on" in prospect(Action.CANCEL, order, followers=1).says
    assert "wait for it" not in prospect(Action.CANCEL, order, followers=0).says
