"""What the requests of all kinds have alike: a root, a customer order id, and groups of telephone numbers."""

from __future__ import annotations

import re

from service.local.sandbox.refusals import RefusedError
from service.local.sandbox.xml import Element, element, text_of

_CUSTOMER_ORDER_ID = re.compile(r"[A-Za-z0-9 -]{1,40}")
_TELEPHONE_NUMBER = re.compile(r"[2-9][0-9]{9}")


def check_root(root: Element, tag: str) -> None:
    """Refuse another kind's document (1019) and a wrong customer order id (5052)."""
    if root.tag != tag:
        raise RefusedError(1019, "Bad request encountered. Please check your request and try again.")
    customer_order_id = text_of(root, "CustomerOrderId")
    if customer_order_id is not None and not _CUSTOMER_ORDER_ID.fullmatch(customer_order_id):
        raise RefusedError(
            5052,
            "Customer order ID is invalid. Only alphanumeric values, dashes and spaces are allowed."
            " Max length is 40 characters.",
        )


def groups_of(root: Element, name: str) -> list[Element]:
    """Return a request's groups; `name` is one group's element, and with an s their list's."""
    return root.findall(f"{name}s/{name}")


def numbers_of(group: Element) -> list[str]:
    """Return a group's telephone numbers as they were written."""
    return [(number.text or "").strip() for number in group.iterfind("TelephoneNumbers/TelephoneNumber")]


def is_number(text: str) -> bool:
    """Whether a text is a telephone number of ten digits."""
    return _TELEPHONE_NUMBER.fullmatch(text) is not None


def check_numbers(groups: list[Element]) -> None:
    """Refuse a group without a number (5073) and what is no number (5070)."""
    for group in groups:
        numbers = numbers_of(group)
        if not any(numbers):
            raise RefusedError(5073, "Telephone number is required.")
        if not all(map(is_number, numbers)):
            raise RefusedError(5070, "Telephone number is invalid.")


def check_unique(groups: list[Element], limit: int) -> None:
    """Refuse a number that comes twice (5072 in one group, 5093 in two) and more than `limit` of them (5095)."""
    seen: set[str] = set()
    for group in groups:
        numbers = numbers_of(group)
        if len(set(numbers)) < len(numbers):
            raise RefusedError(5072, "Duplicate telephone number.")
        if not seen.isdisjoint(numbers):
            raise RefusedError(5093, "Order cannot contain duplicate telephone numbers")
        seen.update(numbers)
    if len(seen) > limit:
        raise RefusedError(5095, f"The count of telephone numbers in order exceeds the maximum size of {limit}")


def echo_numbers(group: Element) -> Element:
    """Repeat a group's numbers."""
    return element("TelephoneNumbers", *(element("TelephoneNumber", text=number) for number in numbers_of(group)))
