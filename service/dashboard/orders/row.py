"""A row of the table: an order, how it is called, what happened to it last, and why it does not move."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from service.dashboard.order import standing
from service.doorway.personal import Veil
from service.lifecycle import STEP_OF, State
from service.store import reading

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from service.clients import Client
    from service.dashboard.showing import Tone
    from service.order import Order
    from service.store.server.connection import Store
    from service.store.wanted import Wanted

#: characters of what is said that a row has room for; the order's page has all of it
_ROOM: Final = 100
#: characters of an id of ours at its end: those at its beginning are the time, and much alike
_TAIL: Final = 8


@dataclass(frozen=True, slots=True)
class Note:
    """Why an order waits, is held, went wrong or needs a person; `order_id` is the one that it waits for."""

    text: str
    tone: Tone
    #: when it goes on (ms), where that is known
    until: int | None = None
    order_id: str | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """An order as the table shows it."""

    order: Order
    #: the client's reference; the end of our id where it gave none
    name: str
    #: what happened last, in a few words, and when (ms)
    news: str
    news_at: int
    note: Note | None
    #: it has what the table is asked for
    fits: bool = True


async def rows(store: Store, client: Client, orders: Sequence[Order], wanted: Wanted | None = None) -> list[Row]:
    """Return the rows of an account's orders; with `wanted`, those that have not what is wanted do not fit."""
    told = await reading.latest(store, orders[0].account_id, [each.id for each in orders]) if orders else []
    return [
        _row(order, entry, Veil(order, lifted=client.sees_personal), fits=wanted is None or wanted.takes(order))
        for order, entry in zip(orders, told, strict=True)
    ]


def short(order_id: str) -> str:
    """Shorten an id of ours."""
    return f"…{order_id[-_TAIL:]}"


def _row(order: Order, entry: Mapping[str, Any], veil: Veil, *, fits: bool) -> Row:
    note = _note(order, veil)
    return Row(
        order=order,
        name=order.customer_order_id or short(order.id),
        news=_fitting(veil.text(_news(entry, is_told=note is not None))),
        news_at=entry.get("at") or order.updated_at,
        note=note,
        fits=fits,
    )


def _fitting(text: str) -> str:
    return text if len(text) <= _ROOM else f"{text[: _ROOM - 1].rstrip()}…"


def _news(entry: Mapping[str, Any], *, is_told: bool) -> str:
    """Tell the last entry of a timeline: what it was, and what was said with it unless a note tells the reason."""
    event = str(entry.get("event", "")).replace("_", " ")
    said = entry.get("bandwidth_status") or entry.get("status")
    if not (said or is_told):
        said = entry.get("detail") or entry.get("message")
    return f"{event}: {said}" if said else event


def _note(order: Order, veil: Veil) -> Note | None:
    if order.attention:
        return Note(_fitting(f"{standing.why(order.attention)}. {veil.text(order.attention.do)}"), "call")
    if order.waiting:
        reason = veil.text(standing.reason(order.waiting))
        return Note(_fitting(f"waits: {reason}"), "wait", until=order.waiting.until)
    if order.state == State.HELD:
        return Note("waits behind" if order.held_by else "waits for its turn in line", "wait", order_id=order.held_by)
    if order.errors:
        return Note(_wrong(order, veil), "mixed" if order.state == State.PARTIAL else "bad")
    if order.announced and order.state in STEP_OF:
        return Note(f"Bandwidth announced {order.announced}: a check is to prove it", "busy")
    return None


def _wrong(order: Order, veil: Veil) -> str:
    first, *others = order.errors
    more = f" (and {len(others)} more)" if others else ""
    return _fitting(f"{f'{first.code}: ' if first.code else ''}{veil.text(first.description)}") + more
