"""What an order asks for, as it was submitted: JSON, its long lists of numbers shortened."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import orjson

if TYPE_CHECKING:
    from service.order import Order

#: numbers of a list that are shown; lines of the whole
_NUMBERS: Final = 5
_LINES: Final = 200


def asked_for(order: Order) -> str:
    """Return the request of an order, which is masked already, as people read it."""
    text = orjson.dumps(_shortened(order.request), option=orjson.OPT_INDENT_2).decode()
    found = text.splitlines()
    more = [f"… {len(found) - _LINES} more lines"] if len(found) > _LINES else []
    return "\n".join([*found[:_LINES], *more])


def _shortened(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _shortened(each) for key, each in value.items()}
    if isinstance(value, list):
        if len(value) > _NUMBERS and all(isinstance(each, str) for each in value):
            return [*value[:_NUMBERS], f"… and {len(value) - _NUMBERS} more"]
        return [_shortened(each) for each in value]
    return value
