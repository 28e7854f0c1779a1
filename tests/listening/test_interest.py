"""What is wanted fits in every respect."""

from __future__ import annotations

import pytest

from service.event import Event
from service.listening.interest import Interest

ORDER = Event("e", "order.updated", 0, "9", "an-order", "lidb", "received", 1)
SUBSCRIPTION = Event("e", "subscription.unhealthy", 0, "9", "9-lidb", "lidb dlda", "received", 1)
ENDPOINT = Event("e", "endpoint.disabled", 0, "9", "an-order", "", "gone", 1)


def interest(**fields):
    return Interest(**{name: frozenset(each.split(",")) for name, each in fields.items()})


@pytest.mark.parametrize(
    ("wanted", "taken"),
    [
        (interest(), [ORDER, SUBSCRIPTION, ENDPOINT]),
        (interest(types="order.updated,endpoint.disabled"), [ORDER, ENDPOINT]),
        (interest(kinds="dlda"), [SUBSCRIPTION]),
        (interest(kinds="lidb"), [ORDER, SUBSCRIPTION]),
        (interest(states="received,gone"), [ORDER]),
        (interest(orders="an-order"), [ORDER]),
        (interest(orders="another"), []),
        (interest(orders="an-order", states="complete"), []),
        (interest(orders="an-order", states="received", kinds="lidb", types="order.updated"), [ORDER]),
    ],
)
def test_an_event_is_taken_that_fits_in_all_respects(wanted, taken):
    assert [each for each in (ORDER, SUBSCRIPTION, ENDPOINT) if wanted.takes(each)] == taken
