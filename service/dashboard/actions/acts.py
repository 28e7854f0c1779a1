"""The acts: what people may do with orders, in the words of pages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from service.prospects import Action


@dataclass(frozen=True, slots=True)
class Act:
    """An action in words. What it will do with an order as it is now, `service.prospects` says."""

    action: Action
    #: on the button that leads to the preview, and on the one that does it: to an order, and to many
    label: str
    button: str
    button_many: str
    #: what holds for it whatever the order is like
    always: tuple[str, ...]
    #: how the timeline calls it, what is said once it was done, and what to expect then
    event: str
    done: str
    then: str = ""
    #: nothing brings back what was before
    danger: bool = False
    #: it is done only to an order that is as it was seen
    exact: bool = True


#: in the order of their buttons
ACTS: Final = (
    Act(
        Action.CHECK,
        "Check now",
        "Check it now",
        "Check them now",
        (
            "Bandwidth is only asked: nothing is sent, and the order is changed by nothing but its answer.",
            "It waits for the account's turn at Bandwidth: seconds, longer while the account is paused.",
        ),
        event="check_asked",
        done="A check was asked for",
        then="What it brings stands here. When nothing is new, only the time of the last look changes.",
        exact=False,
    ),
    Act(
        Action.RETRY,
        "Retry",
        "Take it up again",
        "Take them up again",
        (
            "Remove the cause first, as the order says: else it comes back to where it is now.",
            "It keeps its id and its history. Orders behind it wait on.",
        ),
        event="retried",
        done="Taken up again",
    ),
    Act(
        Action.STEP_ASIDE,
        "Step aside",
        "Let the others go first",
        "Let the others go first",
        (
            "The order does not end by it, and what becomes of it is followed as before.",
            "It cannot be undone: the place that it had in line is gone.",
        ),
        event="stepped_aside",
        done="Stepped aside",
    ),
    Act(
        Action.CANCEL,
        "Cancel",
        "Cancel it for good",
        "Cancel them for good",
        ("It cannot be undone: to have it after all, submit it again.", "Nothing is sent to Bandwidth by it."),
        event="cancelled",
        done="Cancelled",
        danger=True,
    ),
)
BY_ACTION: Final = {each.action: each for each in ACTS}
