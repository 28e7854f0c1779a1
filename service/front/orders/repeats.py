"""Requests that are repeated: a client whose answer was lost sends the same again, and must not get a second order.

Bandwidth knows no Idempotency-Key. Here the same client, CustomerOrderId and body within a day are one order, unless
that one came to nothing: then the client wants it tried again. A header Idempotency-Key, where one is sent, decides.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from service.book import Entered
from service.lifecycle import State
from service.store import repeating

if TYPE_CHECKING:
    from service.kind import Kind
    from service.order import NewOrder, Order
    from service.wiring import Desk

#: ends after which the same request asks for another try
_IN_VAIN: Final = frozenset({State.REJECTED, State.FAILED, State.CANCELLED})
#: tries to find the request that this one follows, where others make the same at the same time
_TRIES: Final = 5


@dataclass(frozen=True, slots=True)
class Wish:
    """What a client asks for."""

    account_id: str
    kind: Kind
    body: dict[str, Any]
    client_id: str
    #: the client's own Idempotency-Key
    key: str | None = None
    amends: Order | None = None


async def accept(desk: Desk, wish: Wish) -> Entered:
    """Put an order on disk, or return the one that the same request has made.

    Raises InvalidOrder with every wrong field, and what `book.accept` raises.
    """
    new = desk.requests.new_order(
        wish.account_id, wish.kind, wish.body, wish.client_id, wish.key or _key(desk, wish), wish.amends
    )
    if wish.key or new.idempotency_key is None:
        return await desk.book.accept(new)
    base = new.idempotency_key
    before = await _before(desk, new, wish.amends)
    follows = before.id if before else wish.amends and wish.amends.amended_by
    for _ in range(_TRIES):
        if before and _answers(desk, before):
            return Entered(before, replayed=True)
        # the key names the order that this one follows: whoever repeats it at the same time finds the same
        entered = await desk.book.accept(replace(new, idempotency_key=f"{base}:{follows}" if follows else base))
        if not entered.replayed:
            return entered
        before, follows = entered.order, entered.order.id
    return entered


def _key(desk: Desk, wish: Wish) -> str | None:
    """Return what the keys of the same request begin with; None where nothing tells that it is a repetition."""
    is_told = wish.amends is not None or bool(wish.body.get("customer_order_id"))
    if not is_told or not desk.settings.front_repeat_seconds:
        return None
    print_ = desk.requests.repeat_fingerprint(wish.account_id, wish.kind, wish.body, wish.client_id, wish.amends)
    return f"front:{print_}"


async def _before(desk: Desk, new: NewOrder, amends: Order | None) -> Order | None:
    """Return the latest order that the same request has made; of changes only the latest of all counts."""
    store, account_id, key = desk.store, new.account_id, new.idempotency_key or ""
    if amends:
        latest = [amends.amended_by] if amends.amended_by else []
        found = await repeating.newest_of(store, account_id, latest, new.client_id, key)
    else:
        found = await repeating.latest(store, account_id, new.customer_order_id or "", new.client_id, key)
    return await desk.book.get(account_id, found) if found else None


def _answers(desk: Desk, order: Order) -> bool:
    """Tell whether an order that was made before is the answer."""
    is_recent = time.time() * 1000 - order.created_at <= desk.settings.front_repeat_seconds * 1000
    return is_recent and order.state not in _IN_VAIN
