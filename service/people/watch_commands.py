"""The command `order-tracker orders watch`: orders as they move, a table that lives or a line for each change."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from service.people import order_view
from service.people.command import command
from service.people.endings import code_of, stands
from service.people.session import Session
from service.terminal import line, live, moments, output

if TYPE_CHECKING:
    from service.client import Order
    from service.people.board import Board

app = typer.Typer()

OrderIds = Annotated[
    list[str] | None,
    typer.Argument(metavar="ORDER", help="Orders; all that are open when none is given.", show_default=False),
]
#: columns of an order's line: time, id, state, numbers
_WIDTHS: Final = (19, 36, 15, 22)
_BELOW: Final = "Ctrl-C ends watching; the orders go on."


@command(
    app,
    "watch",
    "order-tracker orders watch",
    "order-tracker orders watch 01a20793-86c9-7bcc-8f65-7512482b0f80",
)
def watch(session: Session, order_ids: OrderIds = None) -> None:
    """Show orders as they move, until each of them has ended or needs a person; without ids until Ctrl-C."""
    import asyncio  # noqa: PLC0415  (help needs none of it)

    from service.people import watching  # noqa: PLC0415

    named = list(dict.fromkeys(order_ids or ()))
    if len(named) > watching.MOST or not all(map(str.strip, named)):
        raise typer.BadParameter(f"Give the ids of at most {watching.MOST} orders.")
    with _shown(session) as show:
        board = asyncio.run(watching.watch(session, named, show))
    raise typer.Exit(code_of(each.state for each in board.orders.values()))


@contextmanager
def _shown(session: Session) -> Iterator[Callable[[Board, Sequence[Order]], None]]:
    if session.form == "table" and not session.quiet and sys.stdout.isatty():
        with live.shown(order_view.HEAD, order_view.STYLES, needed=4) as draw:
            yield lambda board, _changed: draw(list(map(order_view.row, board.orders.values())), _BELOW)
    else:
        yield partial(_tell, session)


def _tell(session: Session, _board: Board, changed: Sequence[Order]) -> None:
    for each in changed:
        if session.form == "json":
            value: dict[str, Any] = dict(each.raw)
            output.show_line(value)
        elif not session.quiet:
            counted = f"{order_view.numbers(each)} done" if each.counts.total else "-"
            line.show(
                [moments.local(each.updated_at), each.id, each.state, counted, each.kind], _WIDTHS, order_view.STYLES
            )
        elif stands(each):
            typer.echo(each.id)
