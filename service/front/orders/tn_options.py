"""tnoptions as Bandwidth shows them: a GET answers the bare order, and a list the bare `TnOptionOrders`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from lxml import etree

from service import xml
from service.front.orders import parts, shown
from service.front.orders.resource import Resource

if TYPE_CHECKING:
    from collections.abc import Sequence

    from service.carrier_errors import CarrierError
    from service.front.orders.picture import Picture
    from service.xml import Element

_ROOT: Final = "TnOptionOrderResponse"


def _report(picture: Picture) -> Element:
    order = picture.order
    return xml.element(
        "TnOptionOrder",
        parts.moment("OrderCreateDate", order.created_at),
        parts.leaf("AccountId", order.account_id),
        parts.leaf("CreatedByUser", picture.created_by),
        parts.leaf("OrderId", order.id),
        parts.moment("LastModifiedDate", order.updated_at),
        parts.leaf("ProcessingStatus", picture.status),
        parts.reference(order),
        *_echo(shown.parts(order)),
        parts.error_list(picture.errors),
        parts.warnings(picture.warnings),
    )


def _echo(written: Sequence[Element]) -> Sequence[Element]:
    """Bandwidth writes systemDefault in lower case, and its clients compare with that."""
    for each in (element for part in written for element in part.iter(etree.Element)):
        if each.text == "systemDefault":
            each.text = "systemdefault"
    return written


def _created(picture: Picture) -> Element:
    return xml.element(_ROOT, _report(picture))


def _summary(picture: Picture) -> Element:
    order = picture.order
    return xml.element(
        "TnOptionOrderSummary",
        parts.leaf("accountId", order.account_id),
        parts.leaf("CountOfTNs", str(picture.numbers)),
        parts.leaf("userId", picture.created_by),
        parts.moment("lastModifiedDate", order.updated_at),
        parts.moment("OrderDate", order.created_at),
        parts.leaf("OrderType", "tn_option"),
        parts.leaf("OrderStatus", picture.status),
        parts.leaf("OrderId", order.id),
    )


def _listing(rows: Sequence[Picture], total: int) -> Element:
    # the wrapped one of the OpenAPI example is an empty list for a published SDK
    return xml.element("TnOptionOrders", xml.element("TotalCount", str(total)), *map(_summary, rows))


def _details(rows: Sequence[Picture], total: int) -> Element:
    return xml.element("TnOptionOrders", xml.element("TotalCount", str(total)), *map(_report, rows))


def _refused(errors: Sequence[CarrierError], _echo: Sequence[Element]) -> Element:
    return xml.element(_ROOT, parts.response_status(errors))


TN_OPTIONS: Final = Resource(
    path="tnoptions",
    kind_name="tn-options",
    response_root=_ROOT,
    report_root="TnOptionOrderReportResponse",
    created=_created,
    report=_report,
    listing=_listing,
    details=_details,
    refused=_refused,
    filters=frozenset(
        {
            *("status", "tn", "customerOrderId", "orderIdFragment", "lastModifiedBy", "orderDetails"),
            *("createdDateFrom", "createdDateTo", "modifiedDateFrom", "modifiedDateTo", "lastModifiedAfter"),
        }
    ),
    history_root="",
    # the account has no origination route plan
    conflicts=frozenset({"5200"}),
)
