"""What the examples are about: one account, an order of each kind, events."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from service.event import PING, Event
from service.kinds import shelf
from service.lifecycle import State
from service.order import Order, Outcome, Remark
from service.order_request.reading import read_order
from service.sealing import hide

if TYPE_CHECKING:
    from service.kind import Kind

ACCOUNT: Final = "9900000"
ORDER_ID: Final = "01a20793-86c9-7bcc-8f65-7512482b0f80"
ENDPOINT_ID: Final = "01a20793-9d10-7f3e-9c55-0d6f6a3b1c22"
BATCH_ID: Final = "01a20793-a4c7-7a61-b0fd-5be1b2e07d14"
BANDWIDTH_ID: Final = "8fa0ba46-4bcb-4ffc-9a2c-5ab9b2e4c8d1"
#: 2026-02-14T02:40:00Z
AT: Final = 1_771_036_800_000
NEXT: Final = f"/v1/accounts/{ACCOUNT}/orders?limit=50&cursor=dGhlIG5leHQgcGFnZQ=="
TAKEN: Final = Outcome("complete")
REFUSED: Final = Outcome("failed", "11014", "The telephone number is not on your account.", retryable=False)


def accepted(kind: Kind | None = None) -> Order:
    """Return an order of a kind, or of the first with numbers, as it was accepted."""
    kind = kind or shelf()["lidb"]
    request = read_order(kind.model, kind.example)
    fields = request.model_dump(mode="json", exclude_none=True, exclude={"customer_order_id", "metadata"})
    return Order(
        id=ORDER_ID,
        account_id=ACCOUNT,
        kind=kind.name,
        state=State.ACCEPTED,
        version=1,
        origin="api",
        customer_order_id=request.customer_order_id,
        telephone_numbers=request.telephone_numbers(),
        request=hide(fields, kind.secret_fields)[0],
        secrets=None,
        metadata=request.metadata,
        created_at=AT,
        updated_at=AT,
        next_look_at=AT,
    )


def ended() -> Order:
    """Return the same order when it has ended, one of its numbers refused."""
    order = accepted()
    return replace(
        order,
        state=State.PARTIAL,
        version=5,
        bandwidth_order_id=BANDWIDTH_ID,
        bandwidth_status="PARTIAL",
        completed_numbers=1,
        failed_numbers=1,
        errors=(Remark(REFUSED.description or "", REFUSED.code, order.telephone_numbers[1:], 1),),
        updated_at=AT + 90_000,
        next_look_at=None,
        first_sent_at=AT + 40,
        received_at=AT + 320,
        checked_at=AT + 90_000,
        completed_at=AT + 90_000,
    )


def event(type_: str) -> Event:
    """Return an event of a type."""
    states = {"order.accepted": "accepted", "order.updated": "processing", "order.completed": "partial"}
    if type_ in states:
        return Event(f"evt_{ORDER_ID}_5", type_, AT, ACCOUNT, ORDER_ID, "lidb", states[type_], 5)
    if type_.startswith("subscription."):
        wrong = "expiring" if type_.endswith("unhealthy") else ""
        return Event(f"evt_{ACCOUNT}-lidbs_1", type_, AT, ACCOUNT, f"{ACCOUNT}-lidbs", "lidb", wrong, 1)
    why = "" if type_ == PING else "failing"
    return Event(f"evt_{ENDPOINT_ID}_1", type_, AT, ACCOUNT, ENDPOINT_ID, "", why, 1)
