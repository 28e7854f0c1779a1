"""What a dry run found, as people see it: the requests that would be sent, or why none would be."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from service.people import order_view, xml_view
from service.people.endings import code_of
from service.terminal.printable import one_line

if TYPE_CHECKING:
    from service.client import DryRun, Order
    from service.people.session import Session


def finish(session: Session, order: Order, found: DryRun) -> None:
    """Show what a dry run found, and end with the exit code that the order would end with as far as is known."""
    session.show(dict(found.raw), order.state, lambda: _picture(session, order, found))
    raise typer.Exit(code_of([found.foreseen.state] if found.foreseen else []))


def _picture(session: Session, order: Order, found: DryRun) -> None:
    session.remark("A dry run: nothing was stored, and nothing was sent.")
    order_view.show(session, order)
    for each in found.requests:
        typer.echo(f"\n{one_line(each.method)} {one_line(each.path)}")
        xml_view.show(each.body)
    if found.foreseen is None:
        return
    typer.echo(f"\nNothing would be sent: the order would be {one_line(found.foreseen.state)}.")
    for remark in found.foreseen.errors:
        typer.echo(f"  {one_line(remark.code or '-')}  {one_line(remark.description)}")
    if found.foreseen.attention:
        typer.echo(f"  {one_line(found.foreseen.attention.why)}: {one_line(found.foreseen.attention.do)}")
