"""dldas as Bandwidth shows them: every order is wrapped, and says AccountType for SubscriberType."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from service import xml
from service.front.orders import parts, shown
from service.front.orders.picture import FAILED
from service.front.orders.resource import Resource

if TYPE_CHECKING:
    from collections.abc import Sequence

    from service.carrier_errors import CarrierError
    from service.front.orders.picture import Picture
    from service.xml import Element

_ROOT: Final = "DldaOrderResponse"
_NO_NUMBERS: Final = "16104"


def _report(picture: Picture) -> Element:
    order = picture.order
    written = xml.element(
        "DldaOrder",
        parts.reference(order),
        parts.moment("OrderCreateDate", order.created_at),
        parts.leaf("AccountId", order.account_id),
        parts.leaf("CreatedByUser", picture.created_by),
        parts.leaf("OrderId", order.id),
        parts.moment("LastModifiedDate", order.updated_at),
        parts.error_list(picture.errors),
        parts.leaf("ProcessingStatus", picture.status),
        *_told(shown.parts(order)),
    )
    return xml.element(_ROOT, written)


def _told(written: Sequence[Element]) -> Sequence[Element]:
    """Say it as answers do: AccountType, RESIDENCE, Dlda, and the country that nobody has to send."""
    for group in (group for each in written for group in xml.children(each, "DldaTnGroup")):
        subscriber = xml.child(group, "SubscriberType")
        if subscriber is not None:
            subscriber.tag = "AccountType"
            subscriber.text = "RESIDENCE" if subscriber.text == "RESIDENTIAL" else subscriber.text
        address = xml.child(group, "Address")
        kind = xml.child(address, "AddressType")
        if kind is not None and kind.text == "DLDA":
            kind.text = "Dlda"
        if address is not None and len(address):
            at = len(address) if kind is None else address.index(kind)
            address.insert(at, xml.element("Country", "United States"))
    return written


def _listing(rows: Sequence[Picture], total: int) -> Element:
    return parts.selection("dlda", rows, total)


def _refused(errors: Sequence[CarrierError], echo: Sequence[Element]) -> Element:
    head = parts.response_status(errors)
    if not echo:
        return xml.element(_ROOT, head)
    listed = [each for each in errors if each.telephone_numbers or each.code != _NO_NUMBERS]
    repeated = xml.element(
        "DldaOrder",
        *(each for each in echo if xml.name(each) == "customerorderid"),
        parts.error_list(listed),
        xml.element("ProcessingStatus", FAILED),
        *(each for each in echo if xml.name(each) != "customerorderid"),
    )
    return xml.element(_ROOT, head, repeated)


DLDAS: Final = Resource(
    path="dldas",
    kind_name="dlda",
    response_root=_ROOT,
    report_root=_ROOT,
    created=_report,
    report=_report,
    listing=_listing,
    details=None,
    refused=_refused,
    filters=frozenset({"tn", "lastModifiedAfter", "modifiedDateFrom", "modifiedDateTo"}),
    history_root="DldaOrderReportResponse",
    notes={
        "RECEIVED": "The DL/DA request has been received",
        "PROCESSING": "The DL/DA request is being processed by our 3rd party supplier",
        "COMPLETE": "The DL/DA request is complete for all TNs",
        "PARTIAL": "DLDA Order Partially Complete",
        "CANCELLED": "DLDA Order was successfully cancelled/deleted",
    },
    shouts=True,
)
