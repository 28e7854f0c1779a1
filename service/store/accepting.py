"""Accepting: one script that decides idempotency, lines and the conflict limit, and puts the order on disk."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias

from service.errors import IdempotencyReused, NotPossibleNow, Refused, TooManyConflicts
from service.store import indexing, keys, record, waiting
from service.store.script import ACCEPT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from service.order import NewOrder, Order
    from service.store.server.connection import Store

#: milliseconds between two looks at an order that is held, should its turn have been missed
SAFETY_MS: Final = 15 * 60 * 1000


Verdict: TypeAlias = Literal[
    "accepted",
    "repeated",
    "replayed",
    "reused",
    "too_many",
    "ended",
    "followed",
    "unlined",
    "not_ended",
    "retried",
    "rehearsed",
]


#: why an order takes no amendment, or no retry
_NOT_POSSIBLE: Final[dict[Verdict, str]] = {
    "ended": "The order to change has ended ({}): submit a new order.",
    "unlined": "Others may go past the order to change by now, because it was placed elsewhere or has stepped aside: "
    "wait for its end, then submit a new order.",
    "followed": "Order {} stands behind the order to change, on the same numbers: wait for its end, "
    "or submit a new order.",
    "not_ended": "Only an order that has ended can be retried; this one is {}.",
    "retried": "Order {} has just taken up what failed: wait for its end.",
}


@dataclass(frozen=True, slots=True)
class Accepted:
    """What the script decided; `fields` is the record as it was written, or would be."""

    verdict: Verdict
    #: the first order of a replay, the orders in the way, or the state of an order that takes no amendment, or no retry
    order_ids: tuple[str, ...] = ()
    fields: dict[str, str] | None = None
    held_by: str | None = None
    #: orders of the account that are due already
    backlog: int = 0

    def order_of(self, new: NewOrder) -> Order | None:
        """Return the order as it was written, or would be; None when it was not taken."""
        if self.fields is None:
            return None
        order = record.order_of(new.account_id, new.id, self.fields, held_by=self.held_by)
        return waiting.for_its_time(order, order.created_at)

    @property
    def refusal(self) -> Refused | None:
        """Why the order was not taken, for whoever sent it; None when it was, now or before."""
        some = ", ".join(self.order_ids)
        if self.verdict == "reused":
            return IdempotencyReused()
        if self.verdict == "too_many":
            return TooManyConflicts(f"Its numbers are in too many other open orders, such as {some}.")
        said = _NOT_POSSIBLE.get(self.verdict)
        return NotPossibleNow(said.format(some or "purged")) if said else None


async def accept(store: Store, order: NewOrder, entry: str, most: int, linked: str = "") -> Accepted:
    """Put an order on disk, once: the same order id again is told `repeated`. Then index the rest of its numbers.

    `entry` goes on its timeline, `linked` on that of the order it amends or retries.
    """
    fields = record.fields_of(order)
    argument = _argument(order, fields, most) | {"entry": entry}
    if idempotency := record.idempotency_of(order):
        argument |= {"idempotency": idempotency, "fingerprint": order.fingerprint}
    if order.amends:
        argument |= {"amended": linked}
    if order.retries:
        argument |= {"retried": linked}
    key = keys.order(order.account_id, order.id)
    verdict, *rest = await store.run_replicated(ACCEPT, order.account_id, key, record.dumps(argument))
    if verdict != "accepted":
        return Accepted(verdict, tuple(rest))
    *written, backlog, left = rest
    if left:
        await indexing.follow(store, order.account_id, order.id)
    return _written("accepted", fields, written, backlog)


async def rehearse(store: Store, order: NewOrder, most: int) -> Accepted:
    """Tell what `accept` would do now, its Idempotency-Key aside, and write nothing."""
    fields = record.fields_of(order)
    argument = _argument(order, fields, most) | {"rehearsed": True}
    key = keys.order(order.account_id, order.id)
    verdict, *rest = await store.run(ACCEPT, order.account_id, key, record.dumps(argument))
    return _written("rehearsed", fields, rest) if verdict == "rehearsed" else Accepted(verdict, tuple(rest))


async def first_of(store: Store, account_id: str, idempotency: str, fingerprint: str) -> str | None:
    """Return the id of the order that an Idempotency-Key has made; raises IdempotencyReused for another request."""
    async with store.asked(account_id) as client:
        made, order_id = await client.hmget(keys.idempotency(account_id, idempotency), "fingerprint", "order")
    if order_id and made != fingerprint:
        raise IdempotencyReused
    return order_id or None


def _argument(order: NewOrder, fields: dict[str, str], most: int) -> dict[str, Any]:
    argument: dict[str, Any] = {
        "id": order.id,
        "kind": order.kind,
        "family": order.family,
        "subjects": order.subjects,
        "record": fields,
        # as Bandwidth gives it back
        "reference": (order.customer_order_id or order.id).strip(),
        "most": most,
        "safety_ms": SAFETY_MS,
    }
    if order.not_before is not None:
        argument |= {"not_before": order.not_before}
    if order.amends:
        argument |= {"amends": order.amends}
    if order.retries:
        argument |= {"retries": order.retries, "tried": order.tried or ""}
    return argument


def _written(verdict: Verdict, fields: dict[str, str], written: Sequence[str], backlog: int = 0) -> Accepted:
    state, now, next_look, held_by = written
    record_now = {"state": state, "version": "1", "created_at": now, "updated_at": now, "next_look_at": next_look}
    return Accepted(verdict, fields=fields | record_now, held_by=held_by or None, backlog=backlog)
