"""tn-options: line options of telephone numbers, group by group (POST /accounts/{id}/tnoptions)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Final

from service.kind import Kind
from service.kinds.tn_options import groups_xml
from service.kinds.tn_options.final_destination import has_scheme
from service.kinds.tn_options.group import TnOptionGroup
from service.kinds.tn_options.route_plan import is_private
from service.order import Order, Remark
from service.order_request.groups import GroupedOrder, Groups
from service.order_resource import OrderResource
from service.order_resource.dialect import Query
from service.order_resource.vocabulary import OrderXml
from service.xml import Element

#: an older guide's limit; the current documents let an order hold 5,000
_OLDER_LIMIT: Final = 1000
#: the longest user that the resource of a single number takes; for orders nothing is published
_USUAL_USER: Final = 25
_SHOWN: Final = 10
#: the states in which an order waits for its end, in the order in which they follow each other
_OPEN: Final = ("RECEIVED", "PROCESSING")


class TnOptionsOrder(GroupedOrder):
    """An order for line options: every group of numbers gets the options given with it."""

    groups: Groups[TnOptionGroup]

    def notices(self) -> Iterator[Remark]:
        """Yield where Bandwidth's documents disagree about something in this order."""
        yield from _notice(
            "final_destination_uri begins with `sip:`: the schema's text forbids it (5120), every sample has it.",
            (group for group in self.groups if has_scheme(group.final_destination_uri or "")),
        )
        yield from _notice(
            "A route leads to a private address: the error list forbids it (5218), the published sample has one.",
            (group for group in self.groups if _leads_inside(group)),
        )
        yield from _notice(
            f"rewrite_user is longer than {_USUAL_USER} characters, the limit where a single number is changed.",
            (group for group in self.groups if len(group.rewrite_user or "") > _USUAL_USER),
        )
        if sum(len(group.telephone_numbers) for group in self.groups) > _OLDER_LIMIT:
            yield from _notice(
                f"The order names more than {_OLDER_LIMIT} numbers: an older guide's limit, newer documents say 5,000.",
                self.groups,
            )


def _leads_inside(group: TnOptionGroup) -> bool:
    plan = group.origination_route_plan
    return plan is not None and any(is_private(route.endpoint or "") for route in plan.routes)


def _notice(description: str, groups: Iterable[TnOptionGroup]) -> Iterator[Remark]:
    numbers = [number for group in groups for number in group.telephone_numbers]
    if numbers:
        yield Remark(description, telephone_numbers=tuple(numbers[:_SHOWN]), count=len(numbers))


def _write(order: Order, request: TnOptionsOrder) -> Element:
    return groups_xml.write(order.reference, request.groups)


def _list_query(order: Order, first_day: str) -> dict[str, str]:
    return {"customerOrderId": order.reference, "createdDateFrom": first_day}


def _survey_queries(_days: Sequence[date]) -> tuple[Query, ...]:
    # what is open, not what was modified: an account may end more orders a day than a list can hold
    return ({"status": _OPEN}, *({"status": each} for each in _OPEN))


def _whole_query(first_day: date) -> Query:
    return {"lastModifiedAfter": str(first_day), "orderDetails": "true"}


_SECRET_ELEMENTS: Final = frozenset({"PortOutPasscode"})

_AT_BANDWIDTH: Final = OrderResource(
    path="tnoptions",
    order_element="TnOptionOrder",
    write=_write,
    read_groups=groups_xml.read_groups,
    list_roots=("TnOptionOrderReportResponse", "TnOptionOrders"),
    list_element="TnOptionOrders",
    list_entries=("TnOptionOrderSummary", "TnOptionOrder"),
    list_query=_list_query,
    asks_for_reference=True,
    survey_queries=_survey_queries,
    whole_query=_whole_query,
    body_of=groups_xml.body_of,
    retryable=frozenset({"1000", "1010", "5086", "5146", "5148", "9007", "9009"}),
    secret_elements=_SECRET_ELEMENTS,
)

KIND: Final = Kind(
    name="tn-options",
    model=TnOptionsOrder,
    family="options",
    subjects=TnOptionsOrder.subjects,
    submit=_AT_BANDWIDTH.submit,
    find=_AT_BANDWIDTH.find,
    check=_AT_BANDWIDTH.check,
    adopt=_AT_BANDWIDTH.adopt,
    survey=_AT_BANDWIDTH.survey,
    tell=_AT_BANDWIDTH.tell,
    xml=OrderXml(groups_xml.VOCABULARY, groups_xml.asked_of, _write),
    looks=(2, 5, 10, 30, 60, 120, 300, 900),
    subscription_names=("tnoptions",),
    callback_names=("tnoptions", "tn_option", "tnoption"),
    secret_elements=_SECRET_ELEMENTS,
    secret_fields=frozenset({"port_out_passcode"}),
    safe_to_resend=True,
    example={
        "customer_order_id": "TnOptionOrder1",
        "groups": [
            {
                "telephone_numbers": ["2018551020"],
                "call_forward": "6042661720",
                "calling_name_display": "on",
                "port_out_passcode": "a1b2c3",
                "sms": "on",
            }
        ],
    },
)
