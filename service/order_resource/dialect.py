"""What differs between Bandwidth's resources of orders: a path, names of elements, how groups are written and read."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeAlias
from urllib.parse import quote

from service import xml
from service.order import Order
from service.order_resource.reading import Groups, Reading, read
from service.report import Document
from service.xml import Element

#: a list's query: a name with several values stands there once for each
Query: TypeAlias = Mapping[str, str | tuple[str, ...]]


def _none(_days: Sequence[date]) -> tuple[Query, ...]:
    return ()


@dataclass(frozen=True, slots=True)
class Dialect:
    """One resource of orders below an account."""

    #: last part of the resource's path: `tnoptions`
    path: str
    #: the element that is an order, bare or wrapped: `TnOptionOrder`
    order_element: str
    #: writes the body of the POST
    write: Callable[[Order, Any], Element]
    #: reads what an order sets for each number, from our XML or Bandwidth's
    read_groups: Callable[[Element], Groups]
    #: roots of a list's answer, the element that holds entries, and the entries: summaries or whole orders
    list_roots: tuple[str, ...]
    list_element: str
    list_entries: tuple[str, ...]
    #: the list's query for an order and the first day to look at (yyyy-MM-dd)
    list_query: Callable[[Order, str], Query]
    #: the query asks for the reference, so an order that does not tell its own may still be ours
    asks_for_reference: bool
    #: the same to the letter, where an order can be changed: a PUT without an answer is proved by nothing less
    read_exactly: Callable[[Element], Groups] | None = None
    #: reads the JSON body that would make an order, from our XML or Bandwidth's
    body_of: Callable[[Element], dict[str, Any]] | None = None
    #: codes of errors after which the same order may succeed later
    retryable: frozenset[str] = frozenset()
    #: codes by which Bandwidth says that a number is in process in another order
    in_process: frozenset[str] = frozenset()
    #: queries for what is open, or was modified on these days (the last is tomorrow): the whole question, then parts of
    #: it, for when the list is cut
    survey_queries: Callable[[Sequence[date]], tuple[Query, ...]] = _none
    #: an order that is missing in such a list, when it is not cut, was not modified
    missing_is_unmoved: bool = False
    #: the query that asks for whole orders, of those that were modified since a day
    whole_query: Callable[[date], Query] | None = None
    #: every order has a history that tells more than its status
    has_history: bool = False
    secret_elements: frozenset[str] = frozenset()

    def collection(self, account_id: str) -> str:
        """Return the path of the account's orders."""
        return f"/accounts/{quote(account_id, safe='')}/{self.path}"

    def resource(self, account_id: str, order_id: str) -> str:
        """Return the path of one order."""
        return f"{self.collection(account_id)}/{quote(order_id, safe='')}"

    def order_in(self, root: Element | None) -> Element | None:
        """Return the order in an answer, bare or wrapped; None when there is none."""
        return None if root is None else xml.descend(root, self.order_element)

    def read(self, root: Element | None) -> Reading | None:
        """Read the order in an answer; None when there is none."""
        element = self.order_in(root)
        return None if element is None else self.read_entry(element)

    def read_entry(self, element: Element) -> Reading:
        """Read one order or one entry of a list."""
        return read(element, self.read_groups)

    def sent(self, method: str, body: bytes) -> Document:
        """Keep what was sent, masked."""
        return Document("sent", f"{method} {self.path}", xml.masked(body, self.secret_elements))

    def received(self, title: str, body: bytes, status: int) -> Document:
        """Keep what was received, masked."""
        return Document("received", title, xml.masked(body, self.secret_elements), status)
