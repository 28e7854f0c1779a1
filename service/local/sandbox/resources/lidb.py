"""lidb orders: the name that a called party sees (guide "Manage Number Features", OpenAPI v1 of /lidbs)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.local.sandbox.clock import stamp
from service.local.sandbox.order import Draft
from service.local.sandbox.outcomes import judge
from service.local.sandbox.resources.at_once import check_any_left, errors_at_once
from service.local.sandbox.resources.envelope import echo_numbers, groups_of, numbers_of
from service.local.sandbox.resources.error_list import error_list
from service.local.sandbox.resources.kind import OrderKind
from service.local.sandbox.resources.lidb_rules import BUSY, TOLL_FREE, check_lidb
from service.local.sandbox.resources.selection import FILTERS, selection
from service.local.sandbox.statuses import Status
from service.local.sandbox.verdict import OrderError
from service.local.sandbox.xml import Element, element, text_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from service.local.sandbox.order import Order
    from service.local.sandbox.refusals import RefusedError
    from service.local.sandbox.resources.attempt import Attempt

_INVALID = "Validation Failed. Please check your input parameters."
_BAD_REQUEST = 400


class Lidb(OrderKind):
    """Caller names of telephone numbers; its documents say `orderId`, and its 400 has a shape of its own."""

    name = "lidb"
    path = "lidbs"
    order_type = "lidb"
    subscription_types = frozenset({"lidb", "lidbs"})
    response_root = "LidbOrderResponse"
    report_root = "LidbOrderReportResponse"
    filters = FILTERS
    has_history = False
    announced = OrderKind.announced - {Status.RECEIVED}

    def read(self, attempt: Attempt) -> Draft:
        """Check the request, then decide number by number; refused if every number fails at once."""
        check_lidb(attempt.root, attempt.options)
        numbers = tuple(number for group in _groups(attempt.root) for number in numbers_of(group))
        refused = tuple(errors_at_once(numbers, attempt, TOLL_FREE, BUSY))
        verdict = judge(self.name, numbers, refused=refused)
        check_any_left(numbers, verdict, _BAD_REQUEST, _INVALID)
        return Draft(text_of(attempt.root, "CustomerOrderId"), numbers, verdict)

    def created(self, order: Order) -> Element:
        """Write `LidbOrderResponse>LidbOrder`, without a date."""
        milestone, root = order.milestones[0], order.root()
        document = element(
            "LidbOrder",
            element("orderId", text=order.order_id),
            *_reference(root),
            element("ProcessingStatus", text=milestone.status),
            error_list(order.errors_in(milestone)),
            _echo(root),
        )
        return element(self.response_root, document)

    def report(self, order: Order, now: datetime) -> Element:
        """Write the bare `LidbOrder`."""
        milestone, root = order.now_at(now), order.root()
        return element(
            "LidbOrder",
            *_reference(root),
            element("orderId", text=order.order_id),
            element("OrderCreateDate", text=stamp(order.created_at)),
            element("AccountId", text=order.account_id),
            element("ProcessingStatus", text=milestone.status),
            element("CreatedByUser", text=order.created_by),
            element("LastModifiedDate", text=stamp(milestone.at)),
            *([element("OrderCompleteDate", text=stamp(milestone.at))] if milestone.is_end else []),
            error_list(order.errors_in(milestone)),
            _echo(root, with_full_number=True),
        )

    def listing(self, orders: Sequence[Order], total: int, now: datetime, *, details: bool) -> Element:  # noqa: ARG002
        """Write the selection; it knows no details."""
        return selection("lidb", orders, total, now)

    def refused(self, refusal: RefusedError, attempt: Attempt | None) -> Element:
        """Write a 400 as `Status` and `ErrorList` with the request repeated; other refusals as everywhere."""
        if refusal.http_status != _BAD_REQUEST:
            return super().refused(refusal, attempt)
        errors = refusal.errors or (OrderError(refusal.code, refusal.description),)
        status = element("Status", element("Code", text=str(_BAD_REQUEST)), element("Description", text=_INVALID))
        document = element(self.response_root, status, error_list(errors))
        if attempt is not None and attempt.root.tag == "LidbOrder":
            document.append(element("LidbOrder", *_reference(attempt.root), _echo(attempt.root)))
        return document


def _groups(root: Element) -> list[Element]:
    return groups_of(root, "LidbTnGroup")


def _reference(root: Element) -> list[Element]:
    reference = text_of(root, "CustomerOrderId")
    return [] if reference is None else [element("CustomerOrderId", text=reference)]


def _echo(root: Element, *, with_full_number: bool = False) -> Element:
    """Repeat the groups; a GET adds `FullNumber`, which no document explains: here a group's first number."""
    groups = []
    for group in _groups(root):
        echo = element("LidbTnGroup", echo_numbers(group))
        if with_full_number:
            echo.append(element("FullNumber", text=numbers_of(group)[0]))
        for name in ("SubscriberInformation", "UseType", "Visibility"):
            text = group.findtext(name)
            if text is not None:
                echo.append(element(name, text=text))
        groups.append(echo)
    return element("LidbTnGroups", *groups)
