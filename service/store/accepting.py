"""Accepting: one script that decides idempotency, lines and the conflict limit, and puts the order on disk."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from service.errors import IdempotencyReused, NotPossibleNow, Refused, TooManyConflicts
from service.store import indexing, keys, record
from service.store.script import ACCEPT

if TYPE_CHECKING:
    from service.order import NewOrder
    from service.store.server.connection import Store

#: milliseconds between two looks at an order that is held, should its turn have been missed
SAFETY_MS: Final = 15 * 60 * 1000


@dataclass(frozen=True, slots=True)
class Accepted:
    """What the script decided; `fields` is the record as it was written, when it was."""

    verdict: Literal["accepted", "repeated", "replayed", "reused", "too_many", "ended", "followed", "unlined"]
    #: the first order of a replay, the orders in the way, or the state of an order that takes no amendment
    order_ids: tuple[str, ...] = ()
    fields: dict[str, str] | None = None
    held_by: str | None = None
    #: orders of the account that are due already
    backlog: int = 0

    @property
    def refusal(self) -> Refused | None:
        """Why the order was not taken, for whoever sent it; None when it was, now or before."""
        some = ", ".join(self.order_ids)
        match self.verdict:
            case "reused":
                return IdempotencyReused()
            case "too_many":
                return TooManyConflicts(f"Its numbers are in too many other open orders, such as {some}.")
            case "ended":
                return NotPossibleNow(f"The order to change has ended ({some}): submit a new order.")
            case "unlined":
                return NotPossibleNow(
                    "The order to change was placed elsewhere, and others may go past it by now: wait for its end, "
                    "then submit a new order."
                )
            case "followed":
                return NotPossibleNow(
                    f"Order {some} stands behind the order to change, on the same numbers: wait for its end, "
                    "or submit a new order."
                )
        return None


async def accept(store: Store, order: NewOrder, entry: str, most: int, amended: str = "") -> Accepted:
    """Put an order on disk, once: the same order id again is told `repeated`. Then index the rest of its numbers.

    `entry` goes on its timeline, `amended` on that of the order it amends.
    """
    fields = record.fields_of(order)
    argument = {
        "id": order.id,
        "kind": order.kind,
        "family": order.family,
        "subjects": " ".join(order.subjects),
        "record": fields,
        # as Bandwidth gives it back
        "reference": (order.customer_order_id or order.id).strip(),
        "entry": entry,
        "most": most,
        "safety_ms": SAFETY_MS,
    }
    idempotency = record.idempotency_of(order)
    if idempotency:
        argument |= {"idempotency": idempotency, "fingerprint": order.fingerprint}
    if order.amends:
        argument |= {"amends": order.amends, "amended": amended}
    key = keys.order(order.account_id, order.id)
    verdict, *rest = await store.run_replicated(ACCEPT, order.account_id, key, record.dumps(argument))
    if verdict != "accepted":
        return Accepted(verdict, tuple(rest))
    state, now, next_look, held_by, backlog, left = rest
    if left:
        await indexing.follow(store, order.account_id, order.id)
    written = {"state": state, "version": "1", "created_at": now, "updated_at": now, "next_look_at": next_look}
    return Accepted("accepted", fields=fields | written, held_by=held_by or None, backlog=backlog)
