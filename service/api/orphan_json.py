"""Callbacks of orders that nobody knows, as clients see them, and what became of them when they were heard again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from typing_extensions import TypedDict

from service.api.described import Id, Next, Time, described
from service.store.replaying import Heard
from service.times import iso

if TYPE_CHECKING:
    from collections.abc import Iterable

    from service.store.orphans import Adopting, Kept, Orphan, OrphanKey
    from service.store.replaying import Replayed


@described
class AdoptionJson(TypedDict):
    """The order is to be fetched, as one that was placed elsewhere."""

    kind: str
    due_at: Time
    tries: int


@described
class CalledJson(TypedDict):
    """What callbacks call an order that nobody here knows."""

    key: str
    """`order:BANDWIDTH_ID` or `reference:TEXT`; percent-encode it in an address."""
    bandwidth_order_id: str | None
    customer_order_id: str | None


@described
class OrphanJson(CalledJson):
    """Callbacks of an order that nobody here knows; kept for seven days."""

    order_type: str | None
    """As the last callback that told one."""
    last_status: str | None
    callbacks: int
    first_received_at: Time
    last_received_at: Time
    expires_at: Time | None
    adoption: AdoptionJson | None


@described
class OrphanPageJson(TypedDict):
    """Some orphans, and where the list goes on."""

    orphans: list[OrphanJson]
    next: Next


@described
class HeardJson(TypedDict):
    """What became of one callback."""

    received_at: Time | None
    order_type: str | None
    status: str | None
    outcome: Heard
    """`late`: its order has ended; `duplicate`: its order knew it; `kept`: no order is known."""


@described
class ReplayedJson(CalledJson):
    """What became of callbacks that were heard again."""

    outcome: Literal["applied", "kept"]
    """`applied`: its order is known, and the orphan is gone; `kept`: it is not known yet."""
    order_id: Id | None
    adoption_due: bool
    """The order is fetched at once, as one that was placed elsewhere."""
    orders_looked_at: list[Id]
    callbacks: list[HeardJson]
    """Oldest first."""


def orphan_json(orphan: Orphan) -> OrphanJson:
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


def replayed_json(replayed: Replayed) -> ReplayedJson:
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


def _called(key: OrphanKey, callbacks: Iterable[Kept]) -> CalledJson:
    return {
        "key": str(key),
        "bandwidth_order_id": key.bandwidth_order_id,
        "customer_order_id": key.reference or _last(each.reference for each in callbacks),
    }


def _adoption(doing: Adopting | None) -> AdoptionJson | None:
    return {"kind": doing.kind, "due_at": iso(doing.due_at), "tries": doing.tries} if doing else None


def _last(values: Iterable[str | None]) -> str | None:
    told = [each for each in values if each is not None]
    return told[-1] if told else None
