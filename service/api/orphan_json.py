"""Callbacks of orders that nobody knows, as clients see them, and what became of them when they were heard again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from service.api.order_json import iso

if TYPE_CHECKING:
    from collections.abc import Iterable

    from service.store.orphans import Adopting, Kept, Orphan, OrphanKey
    from service.store.replaying import Replayed


def orphan_json(orphan: Orphan) -> dict[str, Any]:
    """Write an orphan; the order type and the status are those of the last callback that told any."""
    return {
        **_called(orphan.key, orphan.callbacks),
        "order_type": _last(each.order_type for each in orphan.callbacks),
        "last_status": _last(each.status for each in orphan.callbacks),
        "callbacks": len(orphan.callbacks),
        "first_received_at": iso(min(each.at or orphan.last_at for each in orphan.callbacks)),
        "last_received_at": iso(orphan.last_at),
        "expires_at": iso(orphan.expires_at),
        "adoption": _adoption(orphan.adopting),
    }


def replayed_json(replayed: Replayed) -> dict[str, Any]:
    """Write what became of an orphan and of each of its callbacks, oldest first."""
    return {
        **_called(replayed.key, (kept for kept, _ in replayed.callbacks)),
        "outcome": replayed.outcome,
        "order_id": replayed.order_id,
        "adoption_due": replayed.adopting,
        "orders_looked_at": sorted(order_id for _, order_id in replayed.due),
        "callbacks": [
            {
                "received_at": iso(kept.at) if kept.at else None,
                "order_type": kept.order_type,
                "status": kept.status,
                "outcome": heard,
            }
            for kept, heard in replayed.callbacks
        ],
    }


def _called(key: OrphanKey, callbacks: Iterable[Kept]) -> dict[str, Any]:
    return {
        "key": str(key),
        "bandwidth_order_id": key.bandwidth_order_id,
        "customer_order_id": key.reference or _last(each.reference for each in callbacks),
    }


def _adoption(doing: Adopting | None) -> dict[str, Any] | None:
    return {"kind": doing.kind, "due_at": iso(doing.due_at), "tries": doing.tries} if doing else None


def _last(values: Iterable[str | None]) -> str | None:
    told = [each for each in values if each is not None]
    return told[-1] if told else None
