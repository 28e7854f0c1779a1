"""Fetching an order that somebody placed elsewhere on the account, and what it asked for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from service.asking import Useless
from service.exchange import Talk
from service.order import Found, Waiting
from service.order_resource.dialect import Dialect
from service.order_resource.fetching import fetch

#: Bandwidth takes 5,000 numbers in an order; a document of so many, with options and errors, is below
_MOST_NUMBERS: Final = 5_000
_LONGEST_DOCUMENT: Final = 5_000_000
_TOO_LARGE: Final = "Bandwidth's answer tells of more than an order can hold."
_UNTOLD: Final = "Bandwidth's answer does not tell what the order asks for."


def adopt(dialect: Dialect, account_id: str, bandwidth_order_id: str) -> Talk[Found | Useless]:
    """GET the order by its id; Useless when Bandwidth does not show it, or shows no number in it."""
    picture = yield from fetch(dialect, account_id, bandwidth_order_id)
    if isinstance(picture, Useless):
        return picture
    reading = picture.reading
    request = dialect.body_of(picture.element) if dialect.body_of else {}
    numbers = tuple(number for group in request.get("groups", ()) for number in group.get("telephone_numbers", ()))
    if not numbers or any(number.split() != [number] for number in numbers):
        return Useless(_UNTOLD, Waiting(_UNTOLD))
    if len(numbers) > _MOST_NUMBERS or len(picture.document.xml) > _LONGEST_DOCUMENT:
        return Useless(_TOO_LARGE, Waiting(_TOO_LARGE))
    return Found(bandwidth_order_id, reading.customer_order_id, reading.status, numbers, _without_reference(request))


def _without_reference(request: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in request.items() if name != "customer_order_id"}
