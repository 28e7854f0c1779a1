"""dlda: directory listings and directory assistance of telephone numbers (POST and PUT /accounts/{id}/dldas).

An open order that Bandwidth has not begun (Pending-Editable) can be changed: by another order, with the same numbers.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, ClassVar, Final

from pydantic import AfterValidator, ValidationInfo

from service.kind import Kind
from service.kinds.dlda import groups_xml
from service.kinds.dlda.group import DldaTnGroup
from service.kinds.dlda.listing import PERSONAL_FIELDS
from service.order import Order, Remark
from service.order_request.fields import OneOf
from service.order_request.groups import GroupedOrder, Groups
from service.order_request.shape import wrong
from service.order_resource import OrderResource, selection
from service.order_resource.vocabulary import OrderXml
from service.xml import Element

_FLAGS: Final = ("true", "false")
_SHOWN: Final = 10


def _with_a_listing(group: DldaTnGroup, info: ValidationInfo) -> DldaTnGroup:
    """Refuse a group without a listing where listings are made; a flag that is wrong itself tells nothing."""
    if group.lists or not group.telephone_numbers or info.data.get("delete_dlda_tn_groups", "true") == "true":
        return group
    raise wrong("16109", "Give the listing, or set delete_dlda_tn_groups to take the listings of these numbers away.")


class DldaOrder(GroupedOrder):
    """An order for listings: every group of numbers gets one, or loses it."""

    no_numbers: ClassVar[str] = "16104"

    #: true takes the listings of the numbers away; the groups then need nothing but numbers. It is read before them
    delete_dlda_tn_groups: Annotated[str | None, OneOf("16112", _FLAGS, _FLAGS)] = None
    groups: Groups[Annotated[DldaTnGroup, AfterValidator(_with_a_listing)]]

    def notices(self) -> Iterator[Remark]:
        """Yield where Bandwidth's documents disagree about something in this order."""
        split = [group for group in self.groups if _splits_a_business(group)]
        numbers = [number for group in split for number in group.telephone_numbers]
        if numbers:
            said = (
                "A business has a first_name: the guide's table allows it, its text wants the whole name in last_name "
                "(and place_listing_as where it is sorted otherwise)."
            )
            yield Remark(said, telephone_numbers=tuple(numbers[:_SHOWN]), count=len(numbers))


def _splits_a_business(group: DldaTnGroup) -> bool:
    name = group.listing_name
    return group.subscriber_type == "BUSINESS" and name is not None and name.first_name is not None


def _write(order: Order, request: DldaOrder) -> Element:
    return groups_xml.write(order.reference, request.groups, request.delete_dlda_tn_groups)


_AT_BANDWIDTH: Final = OrderResource(
    # the guide's table says /dlda; its samples, the OpenAPI document and every SDK say this
    path="dldas",
    order_element="DldaOrder",
    write=_write,
    read_groups=groups_xml.read_groups,
    read_exactly=groups_xml.read_exactly,
    list_roots=selection.ROOTS,
    list_element=selection.ELEMENT,
    list_entries=selection.ENTRIES,
    list_query=selection.query,
    asks_for_reference=False,
    survey_queries=selection.survey_queries,
    missing_is_unmoved=True,
    body_of=groups_xml.body_of,
    # 5014 timed out, 16103 in process elsewhere, 16107 pending: again in a day
    retryable=frozenset({"1000", "1010", "5014", "16103", "16107"}),
    in_process=frozenset({"16103", "16107"}),
    has_history=True,
)

KIND: Final = Kind(
    name="dlda",
    model=DldaOrder,
    family="dlda",
    subjects=DldaOrder.subjects,
    submit=_AT_BANDWIDTH.submit,
    find=_AT_BANDWIDTH.find,
    check=_AT_BANDWIDTH.check,
    adopt=_AT_BANDWIDTH.adopt,
    survey=_AT_BANDWIDTH.survey,
    xml=OrderXml(groups_xml.VOCABULARY, groups_xml.asked_of, _write),
    amendable=True,
    # the published history took a day
    looks=(5, 15, 60, 300, 900, 1800, 3600, 7200, 14400),
    subscription_names=("dldas",),
    callback_names=("dldas", "dlda"),
    personal_elements=frozenset({"ListingName", "Address"}),
    personal_fields=PERSONAL_FIELDS,
    safe_to_resend=True,
    example={
        "customer_order_id": "DldaOrder1",
        "groups": [
            {
                "telephone_numbers": ["2018551040"],
                "subscriber_type": "RESIDENTIAL",
                "listing_type": "LISTED",
                "listing_name": {"first_name": "John", "last_name": "Smith"},
                "list_address": True,
                "address": {
                    "house_number": "915",
                    "street_name": "Elm",
                    "street_suffix": "Ave",
                    "city": "Carpinteria",
                    "state_code": "CA",
                    "zip": "93013",
                },
            }
        ],
    },
)
