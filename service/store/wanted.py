"""What a search is for: any combination of an order's properties, and what of a record tells them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from service.lifecycle import State
from service.order import Order, Remark
from service.store import record

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class Glimpse:
    """An order as far as a search looks at it: what is not asked for is left empty."""

    id: str
    state: State
    kind: str
    origin: str
    customer_order_id: str | None
    telephone_numbers: tuple[str, ...]
    created_at: int
    errors: tuple[Remark, ...]
    batch_id: str | None


@dataclass(frozen=True, slots=True)
class Wanted:
    """The properties that an order must have, all of them; what is left out is not asked about.

    `reference` is what Bandwidth has as CustomerOrderId, without blanks around it. Times are ms since 1970: the first
    that is early enough, and the first that is too late.
    """

    kinds: frozenset[str] = frozenset()
    states: frozenset[State] = frozenset()
    telephone_number: str | None = None
    reference: str | None = None
    #: Bandwidth may have several for one order: only the store's pointers tell
    bandwidth_order_id: str | None = None
    origin: str | None = None
    #: of any of the order's errors
    error_code: str | None = None
    batch_id: str | None = None
    created_from: int | None = None
    created_to: int | None = None

    def takes(self, order: Order | Glimpse) -> bool:
        """Tell whether an order has all these properties, Bandwidth's id aside."""
        return (
            (not self.kinds or order.kind in self.kinds)
            and (not self.states or order.state in self.states)
            and self.origin in (None, order.origin)
            and self.reference in (None, _reference(order))
            and self.batch_id in (None, order.batch_id)
            and (self.created_from is None or self.created_from <= order.created_at)
            and (self.created_to is None or order.created_at < self.created_to)
            and (self.error_code is None or self.error_code in {each.code for each in order.errors})
            and (self.telephone_number is None or self.telephone_number in order.telephone_numbers)
        )

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields of a record that tell these properties."""
        asked = {
            "kind": self.kinds,
            "state": self.states,
            "origin": self.origin or self.reference,
            "customer_order_id": self.reference,
            "created_at": self.created_from is not None or self.created_to is not None,
            "errors": self.error_code,
            "batch": self.batch_id,
            "numbers": self.telephone_number,
        }
        return tuple(name for name, about in asked.items() if about)


def _reference(order: Order | Glimpse) -> str | None:
    """Return the CustomerOrderId that Bandwidth has: ours is the order's id where the client gave none."""
    given = order.customer_order_id or (order.id if order.origin == "api" else None)
    return given and given.strip()


def glimpse(order_id: str, names: Sequence[str], values: Sequence[str | None]) -> Glimpse | None:
    """Read some fields of a record, `state` among them; None when it is gone."""
    fields = dict(zip(names, values, strict=True))
    state = fields["state"]
    if state is None:
        return None
    return Glimpse(
        id=order_id,
        state=State(state),
        kind=fields.get("kind") or "",
        origin=fields.get("origin") or "",
        customer_order_id=fields.get("customer_order_id"),
        telephone_numbers=tuple((fields.get("numbers") or "").split()),
        created_at=int(fields.get("created_at") or 0),
        errors=record.remarks_of(fields.get("errors")),
        batch_id=fields.get("batch"),
    )
