"""Reading orders: one of them, its parts, lists."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final, TypedDict, Unpack

from service.client.call import Call, Iteration
from service.client.exchange import Flow, Request, Talk
from service.client.models.order import Order
from service.client.models.order_parts import Document, NumberOutcome, TimelineEntry
from service.client.models.page import Page
from service.client.operations.core import Core, moment
from service.client.reading import read, read_all
from service.client.target import path

#: the longest pages, where a whole list is wanted
_ORDERS: Final = 250
_NUMBERS: Final = 1_000


class OrderFilter(TypedDict, total=False):
    """Which orders a list shows; they must meet all of it. A list of words means any of them."""

    kind: str | Sequence[str]
    #: also `open` and `ended`, which stand for all that are
    state: str | Sequence[str]
    #: in any usual notation
    telephone_number: str
    customer_order_id: str
    bandwidth_order_id: str
    batch_id: str
    #: `api` or `external`
    origin: str
    #: from this time on, and before that one; with a zone
    created_from: datetime | str
    created_to: datetime | str
    #: Bandwidth's code, among the order's errors
    error_code: str


class Orders(Core):
    """Calls that read orders."""

    @Call
    def get(self, order_id: str, *, known: Order | None = None) -> Talk[Order]:
        """Return an order; `known` itself, which costs little, while its version is still the newest.

        Raises NotFound, or Purged for an order that ended long ago.
        """
        headers = {"If-None-Match": f'W/"{known.version}"'} if known else {}
        response = yield from self._send(Request("GET", self._target.account("orders", order_id), headers=headers))
        return known if known and response.status == 304 else read(Order, response.json())  # noqa: PLR2004

    @Call
    def list_orders(
        self, *, limit: int = 50, cursor: str | None = None, **filters: Unpack[OrderFilter]
    ) -> Talk[Page[Order]]:
        """Return a page of the account's orders, newest first; `cursor` is the `cursor` of the page before."""
        asked = {"limit": limit, "cursor": cursor, **_times(filters)}
        return (yield from self._page(self._target.account("orders"), asked, Order, "orders"))

    @Iteration
    def iter_orders(self, **filters: Unpack[OrderFilter]) -> Flow[Order]:
        """Iterate over the account's orders, newest first. They come without their request."""
        asked = {"limit": _ORDERS, **_times(filters)}
        return (yield from self._pages(self._target.account("orders"), asked, Order, "orders"))

    @Iteration
    def iter_orders_of_all_accounts(
        self, *, account: str | Sequence[str] | None = None, **filters: Unpack[OrderFilter]
    ) -> Flow[Order]:
        """Iterate over the orders of all accounts that the token may see, or of some of them, newest first."""
        asked = {"limit": _ORDERS, "account": account, **_times(filters)}
        return (yield from self._pages(path("v1", "orders"), asked, Order, "orders"))

    @Iteration
    def iter_numbers(self, order_id: str) -> Flow[NumberOutcome]:
        """Iterate over what became of each number of an order, in the order's own sequence."""
        where = self._target.account("orders", order_id, "numbers")
        return (yield from self._pages(where, {"limit": _NUMBERS}, NumberOutcome, "numbers"))

    @Call
    def timeline(self, order_id: str) -> Talk[tuple[TimelineEntry, ...]]:
        """Return what happened to an order, oldest first."""
        response = yield from self._send(Request("GET", self._target.account("orders", order_id, "timeline")))
        return read_all(TimelineEntry, response.json(), "timeline")

    @Call
    def documents(self, order_id: str) -> Talk[tuple[Document, ...]]:
        """Return the XML that went to Bandwidth and came back, secrets masked, oldest first."""
        response = yield from self._send(Request("GET", self._target.account("orders", order_id, "documents")))
        return read_all(Document, response.json(), "documents")


def _times(filters: OrderFilter) -> dict[str, object]:
    asked: dict[str, object] = {**filters}
    for name in ("created_from", "created_to"):
        at = asked.get(name)
        if isinstance(at, datetime):
            asked[name] = moment(name, at)
    return asked
