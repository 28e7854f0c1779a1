"""The commands `order-tracker numbers show` and `orders`: what is known of a telephone number."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

import typer

from service.people import order_view
from service.people.arguments import Kinds, States, TelephoneNumber
from service.people.command import command
from service.people.listing import ALL, All, Limit, show
from service.people.session import Session
from service.terminal import facts, moments, table

if TYPE_CHECKING:
    from service.client import Number

app = typer.Typer()

_OPEN: Final = ("OPEN ORDER", "STATE", "KIND", "CREATED", "HELD BY")
_LAST: Final = ("LAST", "OUTCOME", "CODE", "WHAT BANDWIDTH SAYS", "ENDED", "ORDER")


@command(app, "show", "order-tracker numbers show 2018551020")
def show_number(session: Session, number: TelephoneNumber) -> None:
    """Show what Bandwidth says about a number, its open orders, and what the last order of each kind came to."""
    found = session.tracker.number(number)
    session.show(dict(found.raw), found.telephone_number, lambda: _picture(found))


@command(app, "orders", "order-tracker numbers orders 2018551020 --state open")
def orders(
    session: Session,
    number: TelephoneNumber,
    kind: Kinds = None,
    state: States = None,
    limit: Limit = 50,
    everything: All = False,
) -> None:
    """List the orders that name a number, newest first."""
    found = session.tracker.iter_number_orders(number, kind=kind, state=state)
    show(session, order_view.ORDERS, found, ALL if everything else limit)


def _picture(number: Number) -> None:
    told = [("number", number.telephone_number), *_flat(number.bandwidth or {})]
    facts.show([*told, ("at Bandwidth", _absence(number))])
    if number.open_orders:
        typer.echo()
        rows = (
            (each.order_id, each.state, each.kind, moments.local(each.created_at), each.held_by or "-")
            for each in number.open_orders
        )
        table.show(_OPEN, rows, order_view.STYLES, needed=3)
    if number.last_outcomes:
        typer.echo()
        lasts = (
            (
                *(each.kind, each.outcome, each.code or "-", each.description or each.warning or "-"),
                *(moments.local(each.completed_at), each.order_id),
            )
            for each in number.last_outcomes
        )
        table.show(_LAST, lasts, order_view.STYLES, needed=4)


def _absence(number: Number) -> str | None:
    return f"not known now: {number.bandwidth_absent}" if number.bandwidth_absent else None


def _flat(tree: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, str]]:
    """Lay out Bandwidth's details, a line for each that has a value."""
    for name, value in tree.items():
        path = f"{above}{name}"
        if isinstance(value, Mapping):
            yield from _flat(value, f"{path}.")
        elif isinstance(value, list) and any(isinstance(each, Mapping | list) for each in value):
            yield from _flat({str(place): each for place, each in enumerate(value)}, f"{path}.")
        elif value not in (None, "", []):
            yield path, ", ".join(map(_word, value if isinstance(value, list) else [value]))


def _word(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
