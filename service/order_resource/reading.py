"""Bandwidth's own picture of an order, read from its XML: a 201, a GET, or one entry of a list."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import chain, islice
from typing import Final, TypeAlias

from service import xml
from service.carrier_errors import CarrierError, carrier_errors, carrier_warnings
from service.carrier_words import count, milliseconds, plain, ten_digits
from service.identifiers import bandwidth_id
from service.xml import Element

#: what an order sets for each of its numbers: options and values in a form that can be compared
Groups: TypeAlias = Mapping[str, frozenset[tuple[str, str]]]

#: an id becomes a part of a path, so it must look like one
_ID_CHARACTERS: Final = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_")
_LONGEST_ID: Final = 64
_LONGEST_STATUS: Final = 40
_LONGEST_REFERENCE: Final = 100
#: how many elements away an order's errors may stand
_NEAR: Final = 4


@dataclass(frozen=True, slots=True)
class Reading:
    """An order as Bandwidth tells it; None where it says nothing (in a list, most things)."""

    order_id: str | None
    account_id: str | None
    #: Bandwidth's own word
    status: str | None
    customer_order_id: str | None
    #: milliseconds since 1970
    created_at: int | None
    modified_at: int | None
    #: how many numbers a list's entry counts
    count: int | None
    groups: Groups
    errors: tuple[CarrierError, ...]
    warnings: tuple[CarrierError, ...]


def read(order: Element, read_groups: Callable[[Element], Groups]) -> Reading:
    """Read one order; names differ between kinds, and between lists and orders."""
    status = xml.text(order, "ProcessingStatus") or xml.text(order, "OrderStatus")
    return Reading(
        order_id=id_of(order),
        account_id=xml.text(order, "AccountId"),
        status=plain(status)[:_LONGEST_STATUS] if status else None,
        customer_order_id=(xml.text(order, "CustomerOrderId") or "")[:_LONGEST_REFERENCE] or None,
        created_at=milliseconds(xml.text(order, "OrderCreateDate") or xml.text(order, "OrderDate")),
        modified_at=milliseconds(xml.text(order, "LastModifiedDate")),
        count=count(xml.text(order, "CountOfTNs")),
        groups=read_groups(order),
        errors=carrier_errors(order) + _beside(order),
        warnings=carrier_warnings(order),
    )


def by_number(
    order: Element, holder: str, group: str, options: Callable[[Element], Iterable[tuple[str, str]]]
) -> Groups:
    """Return each number's options, so that neither the order of groups nor how they were cut counts."""
    found: dict[str, frozenset[tuple[str, str]]] = {}
    for each in xml.children(xml.child(order, holder), group):
        told = frozenset(options(each))
        for number in xml.children(xml.child(each, "TelephoneNumbers"), "TelephoneNumber"):
            digits = ten_digits((number.text or "").strip())
            found[digits] = found.get(digits, frozenset()) | told
    return found


def id_of(order: Element) -> str | None:
    """Return Bandwidth's id of an order or of a list's entry; None where it tells none that can be one."""
    text = xml.text(order, "OrderId") or xml.text(order, "id")
    if not text or len(text) > _LONGEST_ID or not _ID_CHARACTERS.issuperset(text):
        return None
    return bandwidth_id(text)


def _beside(order: Element) -> tuple[CarrierError, ...]:
    """Read an ErrorList that stands beside the order instead of in it (LidbOrderResponse)."""
    # close by: in a list, thousands of others stand beside each
    near = chain(islice(order.itersiblings(), _NEAR), islice(order.itersiblings(preceding=True), _NEAR))
    return carrier_errors(next((each for each in near if xml.name(each) == "errorlist"), None))
