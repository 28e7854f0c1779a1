"""What a kind of order declares; the frame does the rest."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, ClassVar

from service.local.sandbox.statuses import Status
from service.local.sandbox.xml import element

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from service.local.sandbox.order import Draft, Order
    from service.local.sandbox.refusals import RefusedError
    from service.local.sandbox.resources.attempt import Attempt
    from service.local.sandbox.xml import Element

_MISSING = "The resource does not exist"


class OrderKind(ABC):
    """A kind of order."""

    #: Name in the ledger.
    name: ClassVar[str]
    #: Last part of the collection's path, lower case; callers may write it in any case.
    path: ClassVar[str]
    #: OrderType in notifications.
    order_type: ClassVar[str]
    #: OrderTypes by which it is subscribed to, lower case.
    subscription_types: ClassVar[frozenset[str]]
    #: Root of the answers to a POST.
    response_root: ClassVar[str]
    #: Root of a 404.
    report_root: ClassVar[str]
    #: Filters that its list knows and heeds; None stands for all that there are.
    filters: ClassVar[frozenset[str] | None] = None
    #: Whether there is a `history` below its orders.
    has_history: ClassVar[bool] = True
    #: Root of the 404 of an unknown order's history; None has no body.
    history_root: ClassVar[str | None] = None
    #: States that are announced to subscribers; CANCELLED is in no list of them.
    announced: ClassVar[frozenset[str]] = frozenset(Status) - {Status.CANCELLED}
    #: The states' words in the history and in notifications, where they are not the usual ones.
    notes: ClassVar[Mapping[str, str]] = {}

    @abstractmethod
    def read(self, attempt: Attempt) -> Draft:
        """Read a POST; raises RefusedError or ProxyPageError."""

    @abstractmethod
    def created(self, order: Order) -> Element:
        """Write the 201, which shows the first state however fast the end comes."""

    @abstractmethod
    def report(self, order: Order, now: datetime) -> Element:
        """Write the answer to the GET of one order."""

    @abstractmethod
    def listing(self, orders: Sequence[Order], total: int, now: datetime, *, details: bool) -> Element:
        """Write the answer to the GET of the collection."""

    def refused(self, refusal: RefusedError, attempt: Attempt | None) -> Element:  # noqa: ARG002 - some kinds repeat it
        """Write a refusal (400, 403, 409); there is no attempt where the body could not be read."""
        status = element(
            "ResponseStatus",
            element("ErrorCode", text=str(refusal.code)),
            element("Description", text=refusal.description),
        )
        return element(self.response_root, status)

    def missing(self, description: str = _MISSING) -> Element:
        """Write a 404, which has no ErrorCode."""
        return _described(self.report_root, description)

    def history_missing(self) -> Element | None:
        """Write the 404 of an unknown order's history; None has no body."""
        return None if self.history_root is None else _described(self.history_root, _MISSING)

    def note(self, status: str) -> str:
        """Return a state's words in the history and in notifications."""
        return self.notes.get(status) or _NOTES.get(status) or f"Order is in state {status}."

    def history_status(self, status: str) -> str:
        """Return a state's spelling in the history; lower case, except where a kind's samples differ."""
        return status.lower()


class ChangeableKind(OrderKind):
    """A kind whose orders can be changed by PUT while they are RECEIVED."""

    @abstractmethod
    def check_change(self, order: Order, attempt: Attempt) -> None:
        """Refuse a PUT that may not replace the order's request; its state is checked already."""


_NOTES: Mapping[str, str] = {
    Status.RECEIVED: "Order has been received by the system.",
    Status.PROCESSING: "Order processing has started.",
    Status.COMPLETE: "Order is complete.",
    Status.PARTIAL: "Order is partially complete.",
    Status.FAILED: "Order has failed.",
}


def _described(root: str, description: str) -> Element:
    return element(root, element("ResponseStatus", element("Description", text=description)))
