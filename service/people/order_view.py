"""Orders as people see them: one of them, and a list."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import typer

from service.people.listing import Listing
from service.terminal import facts, moments, table
from service.terminal.printable import one_line

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from service.client import Order, Remark
    from service.people.session import Session

STYLES: Final = {
    "complete": "green",
    "partial": "yellow",
    "failed": "red",
    "rejected": "red",
    "cancelled": "magenta",
    "needs_attention": "bold red",
    "held": "cyan",
    "uncertain": "yellow",
}
#: numbers that a remark shows
_NAMED: Final = 3
HEAD: Final = ("ID", "STATE", "NUMBERS", "KIND", "WHY", "CREATED", "REFERENCE", "BANDWIDTH ID")
_REMARKS: Final = ("", "CODE", "WHAT BANDWIDTH SAYS", "NUMBERS")


def show(session: Session, order: Order) -> None:
    """Print an order for people."""
    facts.show(_facts(order), STYLES)
    if order.links:
        # whole on a narrow terminal too, so that it can be copied
        typer.echo(one_line(f"{session.connection.url}{order.links.get('self', '')}"))
    remarks = [("error", each) for each in order.errors] + [("warning", each) for each in order.warnings]
    if remarks:
        typer.echo()
        table.show(_REMARKS, [(what, *_remark(each)) for what, each in remarks], {"error": "red", "warning": "yellow"})


def row(order: Order) -> Sequence[str]:
    """Return an order's line in a list."""
    theirs = (order.customer_order_id or "-", order.bandwidth_order_id or "-")
    standing = (order.state, numbers(order), order.kind, _why(order) or "-")
    return [order.id, *standing, moments.local(order.created_at), *theirs]


ORDERS: Final[Listing[Order]] = Listing(
    "orders", HEAD, row, lambda order: order.id, "There are no such orders.", needed=4, styles=STYLES
)


def numbers(order: Order) -> str:
    """Tell in a few words how many of an order's numbers are done; a location has none."""
    counts = order.counts
    if not counts.total:
        return "-"
    failed = f", {counts.failed} failed" if counts.failed else ""
    return f"{counts.complete} of {counts.total}{failed}"


def sentence(order: Order) -> str:
    """Tell in a line how an order stands."""
    counted = f", {_counted(order)}" if order.counts.total else ""
    return f"{order.state}{counted}{f' ({why})' if (why := _why(order)) else ''}"


def _counted(order: Order) -> str:
    counts = order.counts
    others = {"failed": counts.failed, "pending": counts.pending}
    told = [f"{counts.complete} of {counts.total} complete", *(f"{n} {word}" for word, n in others.items() if n)]
    return ", ".join(told)


def _why(order: Order) -> str:
    if order.attention:
        return order.attention.why
    if order.waiting:
        return f"waits: {order.waiting.why}"
    if order.held_by:
        return "behind another order"
    return f"{order.announced} announced" if order.announced and not order.is_terminal else ""


def _facts(order: Order) -> Iterator[tuple[str, str | None]]:
    yield "order", order.id or None
    yield "kind", order.kind
    yield "state", order.state
    if order.attention:
        yield "attention", order.attention.why
        yield "do", order.attention.do
    if order.waiting:
        until = f", until {moments.both(order.waiting.until)}" if order.waiting.until else ""
        yield "waits", f"{order.waiting.why}{until}"
    if order.counts.total:
        yield "numbers", _counted(order)
    yield from _ties(order)
    yield from _times(order)
    for name, value in order.metadata.items():
        yield "metadata", f"{name}: {value}"


def _ties(order: Order) -> Iterator[tuple[str, str | None]]:
    """Tell what an order has to do with others."""
    yield "reference", order.customer_order_id
    if order.bandwidth_order_id:
        status = f" {order.bandwidth_status}" if order.bandwidth_status else ""
        yield "at Bandwidth", f"{order.bandwidth_order_id}{status}"
    if not order.is_terminal:
        yield "announced", order.announced
    yield "origin", order.origin if order.origin != "api" else None
    yield "held by", order.held_by
    yield "amends", order.amends
    yield "amended by", order.amended_by
    yield "retries", order.retries
    yield "retried by", order.retried_by
    yield "batch", order.batch_id
    yield "trace", order.trace_id or None


def _times(order: Order) -> Iterator[tuple[str, str | None]]:
    told = {
        "not before": order.not_before,
        "aside since": order.aside_since,
        "created": order.created_at if order.id else None,
        "sent": order.first_sent_at,
        "received": order.received_at,
        "checked": order.checked_at,
        "ended": order.completed_at,
        "next look": None if order.is_terminal or not order.id else order.next_look_at,
    }
    for name, at in told.items():
        yield name, moments.both(at) if at else None


def _remark(remark: Remark) -> Sequence[str]:
    named = ", ".join(remark.telephone_numbers[:_NAMED])
    more = remark.count - min(_NAMED, len(remark.telephone_numbers))
    return [remark.code or "-", remark.description, f"{named} and {more} more" if more > 0 and named else named or "-"]
