"""Parts that the documents of all resources have: errors, warnings, rows of lists, and the request as it is echoed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from service import xml
from service.times import iso

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from service.carrier_errors import CarrierError
    from service.front.orders.picture import Picture
    from service.order import Order
    from service.xml import Element


def leaf(tag: str, text: str | None) -> Element | None:
    """Write an element with a text; None where there is none."""
    return None if text is None else xml.element(tag, xml.plain(text))


def moment(tag: str, milliseconds: int | None) -> Element | None:
    """Write an element with a time."""
    return leaf(tag, iso(milliseconds))


def reference(order: Order) -> Element | None:
    """Write the client's own reference, if it gave one."""
    return leaf("CustomerOrderId", order.customer_order_id)


def error_list(errors: Iterable[CarrierError]) -> Element:
    """Write one `Error` each; empty where there are none."""
    return xml.element("ErrorList", *(xml.element("Error", *_said(each)) for each in errors))


def warnings(some: Iterable[CarrierError]) -> Element | None:
    """Write one `Warning` each; None where there are none."""
    told = [xml.element("Warning", *reversed([*_said(each)])) for each in some]
    return xml.element("Warnings", *told) if told else None


def response_status(errors: Iterable[CarrierError]) -> Element:
    """Write the `ResponseStatus` of a refusal: the first error that is about the whole, else the first."""
    some = [*errors]
    first = next((each for each in some if not each.telephone_numbers), some[0])
    return xml.element("ResponseStatus", leaf("ErrorCode", first.code), leaf("Description", first.description))


def selection(order_type: str, rows: Iterable[Picture], total: int) -> Element:
    """Write a list of lidbs or dldas: both have one document, with `orderId` in lower case."""
    found = (xml.element("OrderIdUserIdDate", *_row(order_type, each)) for each in rows)
    listed = xml.element("ListOrderIdUserIdDate", xml.element("TotalCount", str(total)), *found)
    return xml.element("ResponseSelectWrapper", listed)


def _said(error: CarrierError) -> Iterator[Element | None]:
    yield leaf("Code", error.code)
    yield leaf("Description", error.description)
    for number in error.telephone_numbers:
        yield leaf("TelephoneNumber", number)


def _row(order_type: str, row: Picture) -> Iterator[Element | None]:
    order = row.order
    yield leaf("accountId", order.account_id)
    yield leaf("CountOfTNs", str(row.numbers))
    yield moment("lastModifiedDate", order.updated_at)
    yield leaf("OrderType", order_type)
    yield moment("OrderDate", order.created_at)
    yield leaf("orderId", order.id)
    yield leaf("OrderStatus", row.status)
    yield leaf("userId", row.created_by)
