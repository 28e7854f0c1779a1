"""dlda orders: directory listings and directory assistance (guide "Manage Number Features", OpenAPI v1 of /dldas)."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from service.local.sandbox.clock import stamp
from service.local.sandbox.order import Draft
from service.local.sandbox.outcomes import judge
from service.local.sandbox.refusals import RefusedError
from service.local.sandbox.resources.at_once import check_any_left, errors_at_once
from service.local.sandbox.resources.dlda_document import dlda_document
from service.local.sandbox.resources.dlda_rules import BUSY, NO_NUMBER, TOLL_FREE, check_dlda, removes_listings
from service.local.sandbox.resources.envelope import groups_of, is_number, numbers_of
from service.local.sandbox.resources.kind import ChangeableKind
from service.local.sandbox.resources.selection import FILTERS, selection
from service.local.sandbox.statuses import Status
from service.local.sandbox.verdict import OrderError
from service.local.sandbox.xml import Element, element, text_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from service.local.sandbox.order import Order
    from service.local.sandbox.processing import Milestone
    from service.local.sandbox.resources.attempt import Attempt

_NO_NUMBERS = (16104, "No numbers for processing")


class Dlda(ChangeableKind):
    """Directory listings of telephone numbers; every answer wraps its order."""

    name = "dlda"
    path = "dldas"
    order_type = "dldas"
    subscription_types = frozenset({"dldas"})
    response_root = "DldaOrderResponse"
    report_root = "DldaOrderResponse"
    history_root = "DldaOrderReportResponse"
    filters = FILTERS
    #: The first three from the published history, the others from the catalogue's OrderStatus.
    notes: ClassVar[Mapping[str, str]] = {
        Status.RECEIVED: "The DL/DA request has been received",
        Status.PROCESSING: "The DL/DA request is being processed by our 3rd party supplier",
        Status.COMPLETE: "The DL/DA request is complete for all TNs",
        Status.PARTIAL: "DLDA Order Partially Complete",
        Status.CANCELLED: "DLDA Order was successfully cancelled/deleted",
    }

    def read(self, attempt: Attempt) -> Draft:
        """Check the request, then decide number by number; refused if every number fails at once, or none is there."""
        check_dlda(attempt.root, attempt.options)
        numbers = _numbers(attempt.root)
        invalid = tuple(NO_NUMBER.about(number) for number in numbers if not is_number(number))
        refused = (*invalid, *errors_at_once(numbers, attempt, TOLL_FREE, BUSY))
        verdict = judge(self.name, numbers, refused=refused)
        check_any_left(numbers, verdict, *_NO_NUMBERS)
        return Draft(text_of(attempt.root, "CustomerOrderId"), numbers, verdict)

    def check_change(self, order: Order, attempt: Attempt) -> None:
        """Refuse once the order has gone on (16105, 16106), and a request that a POST could not make either.

        Its numbers must be the order's own; Bandwidth publishes no code for that, 16104 is the closest.
        """
        status = order.now_at(attempt.at).status
        if status in {Status.FAILED, Status.CANCELLED}:
            raise RefusedError(16106, "Order cannot be changed or cancelled because it is already failed")
        if status != Status.RECEIVED:
            raise RefusedError(16105, "Order cannot be changed or cancelled because it is already being processed")
        check_dlda(attempt.root, attempt.options)
        if removes_listings(attempt.root):
            raise RefusedError(16113, "DeleteDldaTnGroups tag is not supported in this request.")
        others = sorted({*_numbers(attempt.root)} ^ {*order.draft.telephone_numbers})
        if others:
            raise RefusedError(*_NO_NUMBERS, errors=tuple(OrderError(*_NO_NUMBERS, (number,)) for number in others))

    def created(self, order: Order) -> Element:
        """Write `DldaOrderResponse>DldaOrder`."""
        return element(self.response_root, _document(order, order.milestones[0]))

    def report(self, order: Order, now: datetime) -> Element:
        """Write the same, with the order's state."""
        return element(self.response_root, _document(order, order.now_at(now)))

    def listing(self, orders: Sequence[Order], total: int, now: datetime, *, details: bool) -> Element:  # noqa: ARG002
        """Write the selection; it knows no details."""
        return selection("dlda", orders, total, now)

    def refused(self, refusal: RefusedError, attempt: Attempt | None) -> Element:
        """Write a refusal; where no number is left, with the request repeated as a FAILED order without an id."""
        document = super().refused(refusal, attempt)
        if refusal.code == _NO_NUMBERS[0] and attempt is not None:
            document.append(_refused_order(refusal, attempt))
        return document

    def history_status(self, status: str) -> str:
        """Return a state in upper case, as the published history has it."""
        return status


def _numbers(root: Element) -> tuple[str, ...]:
    return tuple(number for group in groups_of(root, "DldaTnGroup") for number in numbers_of(group))


def _document(order: Order, milestone: Milestone) -> Element:
    return dlda_document(
        order.root(),
        order.draft.customer_order_id,
        head=[*_birth(order.created_at, order.account_id, order.created_by), element("OrderId", text=order.order_id)],
        modified_at=order.modified_at(milestone),
        errors=order.errors_in(milestone),
        status=milestone.status,
    )


def _refused_order(refusal: RefusedError, attempt: Attempt) -> Element:
    return dlda_document(
        attempt.root,
        text_of(attempt.root, "CustomerOrderId"),
        head=_birth(attempt.at, attempt.account_id, attempt.user),
        modified_at=attempt.at,
        errors=refusal.errors,
        status=Status.FAILED,
    )


def _birth(at: datetime, account_id: str, user: str) -> list[Element]:
    return [
        element("OrderCreateDate", text=stamp(at)),
        element("AccountId", text=account_id),
        element("CreatedByUser", text=user),
    ]
