"""tnoptions orders (guide "Manage Number Features", OpenAPI v1 of /tnoptions)."""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING

from service.local.sandbox.clock import stamp
from service.local.sandbox.order import Draft
from service.local.sandbox.outcomes import judge
from service.local.sandbox.resources.envelope import echo_numbers, groups_of, numbers_of
from service.local.sandbox.resources.error_list import error_list
from service.local.sandbox.resources.kind import OrderKind
from service.local.sandbox.resources.tn_option_rules import OPTIONS, check_order, conflicts
from service.local.sandbox.xml import Element, element, text_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from service.local.sandbox.order import Order
    from service.local.sandbox.processing import Milestone
    from service.local.sandbox.resources.attempt import Attempt
    from service.local.sandbox.verdict import OrderWarning


class TnOptions(OrderKind):
    """Line options of telephone numbers, in groups that share their settings."""

    name = "tn-options"
    path = "tnoptions"
    order_type = "tnoptions"
    subscription_types = frozenset({"tnoptions"})
    response_root = "TnOptionOrderResponse"
    report_root = "TnOptionOrderReportResponse"

    def read(self, attempt: Attempt) -> Draft:
        """Check everything that the request alone proves, then decide the outcome."""
        root = attempt.root
        check_order(root, attempt.options)
        numbers = tuple(number for group in _groups(root) for number in numbers_of(group))
        clashes = [clash for group in _groups(root) for clash in conflicts(group)]
        return Draft(text_of(root, "CustomerOrderId"), numbers, judge(self.name, numbers, conflicts=clashes))

    def created(self, order: Order) -> Element:
        """Write `TnOptionOrderResponse>TnOptionOrder`."""
        return element(self.response_root, _document(order, order.milestones[0]))

    def report(self, order: Order, now: datetime) -> Element:
        """Write the bare `TnOptionOrder`."""
        return _document(order, order.now_at(now))

    def listing(self, orders: Sequence[Order], total: int, now: datetime, *, details: bool) -> Element:
        """Write the bare `TnOptionOrders` that every SDK reads, not the wrapped one of the OpenAPI example."""
        write = self.report if details else _summary
        rows = (write(order, now) for order in orders)
        return element("TnOptionOrders", element("TotalCount", text=str(total)), *rows)


def _document(order: Order, milestone: Milestone) -> Element:
    document = element(
        "TnOptionOrder",
        element("OrderCreateDate", text=stamp(order.created_at)),
        element("AccountId", text=order.account_id),
        element("CreatedByUser", text=order.created_by),
        element("OrderId", text=order.order_id),
        element("LastModifiedDate", text=stamp(milestone.at)),
        element("ProcessingStatus", text=milestone.status),
    )
    _insert_customer_order_id(document, order)
    document.append(element("TnOptionGroups", *(_echo(group) for group in _groups(order.root()))))
    document.append(error_list(order.errors_in(milestone)))
    warnings = order.draft.verdict.warnings if milestone.is_end else ()
    if warnings:
        document.append(element("Warnings", *map(_warning, warnings)))
    return document


def _warning(warning: OrderWarning) -> Element:
    return element(
        "Warning",
        element("TelephoneNumber", text=warning.telephone_number),
        element("Description", text=warning.description),
    )


def _groups(root: Element) -> list[Element]:
    return groups_of(root, "TnOptionGroup")


def _insert_customer_order_id(report: Element, order: Order) -> None:
    """Put it first (sample of 2020) or after the status (guide), by order: callers must read by name."""
    if order.draft.customer_order_id is not None:
        place = 0 if int(order.order_id[-1], 16) % 2 else len(report)
        report.insert(place, element("CustomerOrderId", text=order.draft.customer_order_id))


def _echo(group: Element) -> Element:
    """Repeat a group in the samples' order; unknown elements are dropped, systemDefault comes in lower case."""
    echo = element("TnOptionGroup")
    for name in OPTIONS:
        option = group.find(name)
        if option is not None:
            echo.append(_lowered(deepcopy(option)))
    echo.append(echo_numbers(group))
    return echo


def _lowered(option: Element) -> Element:
    for part in option.iter():
        text = (part.text or "").strip()
        part.tail = None
        part.text = "systemdefault" if text == "systemDefault" else text or None
    return option


def _summary(order: Order, now: datetime) -> Element:
    milestone = order.now_at(now)
    return element(
        "TnOptionOrderSummary",
        element("accountId", text=order.account_id),
        element("CountOfTNs", text=str(len(order.draft.telephone_numbers))),
        element("userId", text=order.created_by),
        element("lastModifiedDate", text=stamp(milestone.at)),
        element("OrderDate", text=stamp(order.created_at)),
        element("OrderType", text="tn_option"),
        element("OrderStatus", text=milestone.status),
        element("OrderId", text=order.order_id),
    )
