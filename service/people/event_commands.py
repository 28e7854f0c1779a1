"""The command `order-tracker events tail`: events as they happen, a line for each."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Annotated, Final

import typer

from service.people.arguments import Kinds, States, Types
from service.people.command import command
from service.people.order_view import STYLES
from service.people.session import Session
from service.terminal import line, moments, output
from service.terminal.printable import one_line

if TYPE_CHECKING:
    from service.client import Event

app = typer.Typer()

#: columns of an event's line: time, type, state, kind
_WIDTHS: Final = (19, 22, 15, 17)


@command(
    app,
    "tail",
    "order-tracker events tail --type order.completed",
    "order-tracker events tail --since-id 1790000000123-0 --format json",
)
def tail(
    session: Session,
    type_: Types = None,
    kind: Kinds = None,
    state: States = None,
    order: Annotated[
        list[str] | None, typer.Option("--order", help="Of this order; several times.", show_default=False)
    ] = None,
    since_id: Annotated[
        str | None,
        typer.Option(help="Go on after this place in the stream: `place` of an event's JSON.", show_default=False),
    ] = None,
    count: Annotated[int | None, typer.Option(min=1, help="End after so many.", show_default=False)] = None,
) -> None:
    """Show events as they happen, until Ctrl-C. It connects again by itself and misses none meanwhile.

    An event of the type reset says that some since --since-id are gone: list the orders instead.
    """
    heard = session.tracker.events(
        last_event_id=since_id, type=type_, kind=kind, state=state, order_id=order, patience=None
    )
    for each in islice(heard, count):
        _show(session, each)


def _show(session: Session, event: Event) -> None:
    if session.form == "json":
        output.show_line({**event.raw, "place": event.place})
    elif session.quiet:
        typer.echo(one_line(event.order_id or event.id))
    else:
        what = event.order_id or ", ".join(f"{name} {value}" for name, value in event.data.items())
        version = f"  version {event.version}" if event.version else ""
        told = (moments.local(event.timestamp), event.type, event.state or "-", event.kind or "-")
        line.show([*told, f"{what}{version}"], _WIDTHS, STYLES)
