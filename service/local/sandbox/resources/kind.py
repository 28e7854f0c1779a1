"""What a kind of order declares; the frame does the rest."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, ClassVar

from service.local.sandbox.statuses import Status
from service.local.sandbox.xml import element

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from service.local.sandbox.options import Options
    from service.local.sandbox.orders import Draft, Order
    from service.local.sandbox.xml import Element

_NOTES = {
    Status.RECEIVED: "Order has been received by the system.",
    Status.PROCESSING: "Order processing has started.",
    Status.COMPLETE: "Order is complete.",
    Status.PARTIAL: "Order is partially complete.",
    Status.FAILED: "Order has failed.",
}


class OrderKind(ABC):
    """A kind of order."""

    #: Name in the ledger.
    name: ClassVar[str]
    #: Last part of the collection's path, lower case; callers may write it in any case.
    path: ClassVar[str]
    #: OrderType in subscriptions and notifications.
    order_type: ClassVar[str]
    #: Root of the answers to a POST.
    response_root: ClassVar[str]
    #: Root of a 404.
    report_root: ClassVar[str]
    #: States that are announced to subscribers.
    announced: ClassVar[frozenset[str]] = frozenset(Status)

    @abstractmethod
    def read(self, root: Element, options: Options) -> Draft:
        """Read a request; raises RefusedError or ProxyPageError."""

    @abstractmethod
    def created(self, order: Order) -> Element:
        """Write the 201, which shows the first state however fast the end comes."""

    @abstractmethod
    def report(self, order: Order, now: datetime) -> Element:
        """Write the answer to the GET of one order."""

    @abstractmethod
    def listing(self, orders: Sequence[Order], total: int, now: datetime, *, details: bool) -> Element:
        """Write the answer to the GET of the collection."""

    def refused(self, code: int, description: str) -> Element:
        """Write a refusal (400, 403, 409)."""
        status = element(
            "ResponseStatus",
            element("ErrorCode", text=str(code)),
            element("Description", text=description),
        )
        return element(self.response_root, status)

    def missing(self, description: str = "The resource does not exist") -> Element:
        """Write a 404, which has no ErrorCode."""
        return element(self.report_root, element("ResponseStatus", element("Description", text=description)))

    def note(self, status: str) -> str:
        """Return a state's words in the history and in notifications."""
        return _NOTES[Status(status)] if status in Status.__members__ else f"Order is in state {status}."

    def history_status(self, status: str) -> str:
        """Return a state's spelling in the history; lower case, except where a kind's samples differ."""
        return status.lower()
