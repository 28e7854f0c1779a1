"""The Features of a telephone number: what lidb and dlda orders have made of it (OpenAPI of /tndetails, guide)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.local.sandbox.order_outcome import Outcome, outcome_for
from service.local.sandbox.resources.dlda_rules import removes_listings
from service.local.sandbox.resources.envelope import groups_of, numbers_of
from service.local.sandbox.statuses import Status
from service.local.sandbox.xml import Element, element, text_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

    from service.local.sandbox.order import Order
    from service.local.sandbox.resources.kind import OrderKind


def lidb_feature(orders: Iterable[Order], number: str, now: datetime) -> Element | None:
    """Write `Lidb`: the open order's name as Pending, else the last one that succeeded; None if there is neither."""
    shown: tuple[str, Order] | None = None
    for order in orders:
        outcome = outcome_for(order, number, now)
        if outcome in {Outcome.OPEN, Outcome.DONE}:
            shown = "Pending" if outcome == Outcome.OPEN else "Success", order
    if shown is None:
        return None
    status, order = shown
    group = _group_of(groups_of(order.root(), "LidbTnGroup"), number)
    texts = {name: text_of(group, name) for name in ("SubscriberInformation", "UseType", "Visibility")}
    data = (element(name, text=text) for name, text in texts.items() if text)
    return element("Lidb", element("Status", text=status), *data)


def dlda_feature(
    kind: OrderKind, orders: Iterable[Order], number: str, now: datetime, link: Callable[[Order], str]
) -> Element | None:
    """Write `Dlda`: an open order's state, the listing that stands, or that the only attempts failed.

    While an order is open, the guide says, the listing is replaced with a link to the order; how that link is
    written is published nowhere, so the element OrderLink is this sandbox's own.
    """
    open_order, listed, has_failed = _standing(orders, number, now)
    if open_order is not None:
        editable = open_order.now_at(now).status == Status.RECEIVED
        status = element("Status", text="Pending-Editable" if editable else "Pending-Locked")
        return element("Dlda", status, element("OrderLink", text=link(open_order)))
    if listed is not None:
        return element("Dlda", element("Status", text="Success"), *_listing(kind, listed, number, now))
    return element("Dlda", element("Status", text="Failed")) if has_failed else None


def _standing(orders: Iterable[Order], number: str, now: datetime) -> tuple[Order | None, Order | None, bool]:
    """Return the open order, the one whose listing stands, and whether attempts failed since there was none."""
    open_order: Order | None = None
    listed: Order | None = None
    has_failed = False
    for order in orders:
        outcome, removes = outcome_for(order, number, now), removes_listings(order.root())
        if outcome == Outcome.OPEN:
            open_order = order
        elif outcome == Outcome.DONE:
            listed, has_failed = (None if removes else order), False
        elif outcome == Outcome.FAILED and not removes:
            has_failed = True
    return open_order, listed, has_failed


def _listing(kind: OrderKind, order: Order, number: str, now: datetime) -> list[Element]:
    """Repeat the listing as its order prints it, but with SubscriberType where orders have AccountType."""
    group = _group_of(kind.report(order, now).iter("DldaTnGroup"), number)
    listing = [child for child in group if child.tag != "TelephoneNumbers"]
    for child in listing:
        if child.tag == "AccountType":
            child.tag = "SubscriberType"
            child.text = "BUSINESS" if child.text == "BUSINESS" else "RESIDENTIAL"
    return listing


def _group_of(groups: Iterable[Element], number: str) -> Element:
    return next(group for group in groups if number in numbers_of(group))
