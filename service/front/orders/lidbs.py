"""lidbs as Bandwidth shows them: `orderId` in lower case, no dates in the 201, and a 400 in a shape of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from service import xml
from service.front.orders import parts, shown
from service.front.orders.resource import Resource

if TYPE_CHECKING:
    from collections.abc import Sequence

    from service.carrier_errors import CarrierError
    from service.front.orders.picture import Picture
    from service.xml import Element

_ROOT: Final = "LidbOrderResponse"
_INVALID: Final = "Validation Failed. Please check your input parameters."


def _created(picture: Picture) -> Element:
    order = picture.order
    made = xml.element(
        "LidbOrder",
        parts.leaf("orderId", order.id),
        parts.reference(order),
        parts.leaf("ProcessingStatus", picture.status),
        parts.error_list(picture.errors),
        *shown.parts(order),
    )
    return xml.element(_ROOT, made)


def _report(picture: Picture) -> Element:
    order = picture.order
    return xml.element(
        "LidbOrder",
        parts.reference(order),
        parts.leaf("orderId", order.id),
        parts.moment("OrderCreateDate", order.created_at),
        parts.leaf("AccountId", order.account_id),
        parts.leaf("ProcessingStatus", picture.status),
        parts.leaf("CreatedByUser", picture.created_by),
        parts.moment("LastModifiedDate", order.updated_at),
        parts.moment("OrderCompleteDate", order.completed_at),
        parts.error_list(picture.errors),
        *_with_full_numbers(shown.parts(order)),
    )


def _with_full_numbers(written: Sequence[Element]) -> Sequence[Element]:
    """Add what every published GET has and no document explains: here it is a group's first number."""
    for group in (group for each in written for group in xml.children(each, "LidbTnGroup")):
        first = xml.text(group, "TelephoneNumbers", "TelephoneNumber")
        if first:
            group.insert(1, xml.element("FullNumber", first))
    return written


def _listing(rows: Sequence[Picture], total: int) -> Element:
    return parts.selection("lidb", rows, total)


def _refused(errors: Sequence[CarrierError], echo: Sequence[Element]) -> Element:
    status = xml.element("Status", xml.element("Code", "400"), xml.element("Description", _INVALID))
    repeated = xml.element("LidbOrder", *echo) if echo else None
    return xml.element(_ROOT, status, parts.error_list(errors), repeated)


LIDBS: Final = Resource(
    path="lidbs",
    kind_name="lidb",
    response_root=_ROOT,
    report_root="LidbOrderReportResponse",
    created=_created,
    report=_report,
    listing=_listing,
    details=None,
    refused=_refused,
    filters=frozenset({"tn", "lastModifiedAfter", "modifiedDateFrom", "modifiedDateTo"}),
)
