"""The ledger: every order, and every POST or PUT of a setting that made none, for whoever wants to count."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from service.local.sandbox.clock import stamp
from service.local.sandbox.xml import Element, MalformedXmlError, parse, text_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from service.local.sandbox.order import Order
    from service.local.sandbox.posts import Post
    from service.local.sandbox.state import State

#: One row, as JSON prints it.
Entry = dict[str, Any]


def entries(state: State) -> Iterator[Entry]:
    """Yield the orders, oldest first, then the POSTs that never made an order, with `order_id` null."""
    now = state.clock()
    made = set()
    for order in state.orders.all():
        made.add(order.post_key)
        yield _order(state, order, now)
    for post in state.posts.all():
        if post.key not in made:
            yield _without_order(post)


def _order(state: State, order: Order, now: datetime) -> Entry:
    ended_at = order.ended_at(now)
    post = state.posts.get(order.post_key)
    return {
        "account_id": order.account_id,
        "kind": order.kind,
        "order_id": order.order_id,
        "customer_order_id": order.draft.customer_order_id,
        "telephone_numbers": list(order.draft.telephone_numbers),
        "created_at": stamp(order.created_at),
        "completed_at": stamp(ended_at) if ended_at else None,
        "status": order.now_at(now).status,
        "posts": len(post.answers),
        "answers": post.answers,
        "changes": [put.answer for put in state.puts.of(order.account_id, order.order_id)],
        "overlapped": state.orders.overlaps(order.order_id),
    }


def _without_order(post: Post) -> Entry:
    """Describe a POST, or a setting's PUT, that made no order as far as its body can be read."""
    root = _readable(post.body)
    found = [] if root is None else root.iter("TelephoneNumber", "FullNumber")
    numbers = [(number.text or "").strip() for number in found]
    return {
        "account_id": post.account_id,
        "kind": post.kind,
        "order_id": None,
        "customer_order_id": None if root is None else text_of(root, "CustomerOrderId"),
        "telephone_numbers": numbers,
        "created_at": stamp(post.first_at),
        "completed_at": None,
        "status": None,
        "posts": len(post.answers),
        "answers": post.answers,
        "changes": [],
        "overlapped": [],
    }


def _readable(body: bytes) -> Element | None:
    try:
        return parse(body)
    except MalformedXmlError:
        return None
