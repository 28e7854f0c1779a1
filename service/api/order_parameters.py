"""The parameters of calls that find orders, as the document tells them; `service.doorway.order_filter` reads them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from service import telephone_numbers
from service.api.operation import Parameter
from service.doorway.order_filter import LONGEST, ORIGINS, STATES, TEXT
from service.kinds import shelf

if TYPE_CHECKING:
    from collections.abc import Collection


def standing() -> tuple[Parameter, ...]:
    """Return the parameters that tell what an order is and where it stands."""
    return (
        Parameter("kind", "Orders of this kind; several times: of any of them.", any_of(shelf()), many=True),
        Parameter(
            "state",
            "Orders in this state, `open` and `ended` standing for all that are; several times: in any of them.",
            any_of(STATES),
            many=True,
        ),
    )


def parameters() -> tuple[Parameter, ...]:
    """Return all parameters that orders are found by; an order must have all that is given."""
    time = {"type": "string", "format": "date-time"}
    text = {"type": "string", "minLength": 1, "maxLength": LONGEST, "pattern": TEXT}
    number = {
        "type": "string",
        "maxLength": telephone_numbers.LONGEST,
        "pattern": telephone_numbers.NOTATION,
        "examples": ["2018551020", "+1 201-855-1020"],
    }
    return (
        *standing(),
        Parameter("telephone_number", "Orders that name this number, in any usual notation.", number),
        Parameter("customer_order_id", "Orders that Bandwidth got with this CustomerOrderId.", text),
        Parameter("bandwidth_order_id", "The order that Bandwidth calls so.", text),
        Parameter("origin", "Orders that came by this API, or were placed elsewhere.", any_of(ORIGINS)),
        Parameter("error_code", "Orders with an error of this code among their `errors`.", text),
        Parameter("batch_id", "Orders of this batch.", {"type": "string", "format": "uuid"}),
        Parameter(
            "created_from",
            "Orders made at this time or later, by their `created_at`. One of a batch that was accepted more than an "
            "hour after the batch may be left out, unless `batch_id` is given too.",
            time,
        ),
        Parameter("created_to", "Orders made before this time.", time),
    )


def any_of(words: Collection[str]) -> dict[str, object]:
    """Return the schema of a parameter that takes one of these words."""
    return {"type": "string", "enum": sorted(map(str, words))}
