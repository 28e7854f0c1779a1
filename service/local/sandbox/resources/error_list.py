"""The ErrorList of an order, which all kinds print alike."""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.local.sandbox.xml import Element, element

if TYPE_CHECKING:
    from collections.abc import Iterable

    from service.local.sandbox.verdict import OrderError


def error_list(errors: Iterable[OrderError]) -> Element:
    """Write one `Error` each; empty if there are none."""
    return element("ErrorList", *map(_error, errors))


def _error(error: OrderError) -> Element:
    written = element(
        "Error",
        element("Code", text=str(error.code)),
        element("Description", text=error.description),
    )
    numbers = [element("TelephoneNumber", text=number) for number in error.telephone_numbers]
    written.extend([element("TelephoneNumbers", *numbers)] if error.grouped else numbers)
    return written
