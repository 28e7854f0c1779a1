"""An order as clients see it. Times are ISO 8601 in UTC; numbers are ten digits."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from service import telephone_numbers
from service.lifecycle import TERMINAL

if TYPE_CHECKING:
    from collections.abc import Mapping

    from service.order import Order, Outcome, Remark, Waiting
    from service.store.document import KeptDocument


def order_json(order: Order) -> dict[str, Any]:
    """Write a whole order, its request included (secrets masked)."""
    return {**_standing(order), **order.request, **_findings(order), **_times(order)}


def summary_json(order: Order) -> dict[str, Any]:
    """Write an order without its request, for lists."""
    return {**_standing(order), **_findings(order), **_times(order)}


def _standing(order: Order) -> dict[str, Any]:
    return {
        "id": order.id,
        "account_id": order.account_id,
        "kind": order.kind,
        "state": order.state,
        "version": order.version,
        "origin": order.origin,
        "customer_order_id": order.customer_order_id,
        "bandwidth_order_id": order.bandwidth_order_id,
        "bandwidth_status": order.bandwidth_status,
        "announced": order.announced,
        "amends": order.amends,
        "amended_by": order.amended_by,
        "counts": _counts(order),
    }


def _findings(order: Order) -> dict[str, Any]:
    return {
        "errors": [_remark(each) for each in order.errors],
        "warnings": [_remark(each) for each in order.warnings],
        "held_by": order.held_by,
        "attention": asdict(order.attention) if order.attention else None,
        "waiting": _waiting(order.waiting),
        "metadata": dict(order.metadata),
    }


def _times(order: Order) -> dict[str, Any]:
    return {
        "created_at": iso(order.created_at),
        "updated_at": iso(order.updated_at),
        "first_sent_at": iso(order.first_sent_at),
        "received_at": iso(order.received_at),
        "checked_at": iso(order.checked_at),
        "completed_at": iso(order.completed_at),
        "next_look_at": iso(order.next_look_at),
        "links": links(order),
    }


def number_json(number: str, outcome: Outcome) -> dict[str, Any]:
    """Write what became of one number."""
    return {"telephone_number": number, "e164": telephone_numbers.e164(number), **asdict(outcome)}


def entry_json(entry: Mapping[str, Any]) -> dict[str, Any]:
    """Write a timeline entry."""
    return {**entry, "at": iso(entry["at"])}


def document_json(kept: KeptDocument) -> dict[str, Any]:
    """Write a document."""
    return {"at": iso(kept.at), **asdict(kept.document)}


def path(order: Order) -> str:
    """Return an order's address."""
    return f"/v1/accounts/{order.account_id}/orders/{order.id}"


def links(order: Order) -> dict[str, str]:
    """Return where an order and its parts are."""
    own = path(order)
    return {"self": own, **{part: f"{own}/{part}" for part in ("numbers", "timeline", "documents")}}


def iso(milliseconds: int | None) -> str | None:
    """Write a time with milliseconds, in UTC."""
    if milliseconds is None:
        return None
    seconds, rest = divmod(milliseconds, 1000)
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%S}.{rest:03d}Z"


def _counts(order: Order) -> dict[str, int]:
    pending = 0 if order.state in TERMINAL else order.total - order.completed_numbers - order.failed_numbers
    return {
        "total": order.total,
        "pending": pending,
        "complete": order.completed_numbers,
        "failed": order.failed_numbers,
    }


def _remark(remark: Remark) -> dict[str, Any]:
    return {
        "code": remark.code,
        "description": remark.description,
        "telephone_numbers": list(remark.telephone_numbers),
        "count": remark.count,
    }


def _waiting(waiting: Waiting | None) -> dict[str, Any] | None:
    return {"why": waiting.why, "until": iso(waiting.until)} if waiting else None
