"""The commands `order-tracker orders get`, `list`, `cancel`, `retry`, `check` and `step-aside`."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from service.people import order_view, part_view, times
from service.people.arguments import Kinds, OrderId, States, given
from service.people.command import command
from service.people.listing import ALL, All, Limit, show
from service.people.session import Session

if TYPE_CHECKING:
    from service.client import Order

app = typer.Typer()
#: orders on the API's longest page
_PAGE: Final = 250


@command(app, "get", "order-tracker orders get 01a20793-86c9-7bcc-8f65-7512482b0f80 --numbers --timeline")
def get(
    session: Session,
    order_id: OrderId,
    numbers: Annotated[bool, typer.Option("--numbers", help="What became of each number.")] = False,
    timeline: Annotated[bool, typer.Option("--timeline", help="What happened, oldest first.")] = False,
    documents: Annotated[
        bool, typer.Option("--documents", help="The XML that went to Bandwidth and came back.")
    ] = False,
) -> None:
    """Show an order, and the parts of it that are asked for."""
    tracker, order = session.tracker, session.tracker.get(order_id)
    outcomes = list(tracker.iter_numbers(order.id)) if numbers else None
    happened = tracker.timeline(order.id) if timeline else None
    papers = tracker.documents(order.id) if documents else None
    parts = {"numbers": outcomes, "timeline": happened, "documents": papers}
    shown = {name: [dict(each.raw) for each in part] for name, part in parts.items() if part is not None}

    def picture() -> None:
        order_view.show(session, order)
        if outcomes:
            part_view.show_numbers(outcomes)
        if happened:
            part_view.show_timeline(happened)
        if papers:
            part_view.show_documents(papers)

    session.show({**order.raw, **shown}, order.id, picture)


@command(
    app,
    "list",
    "order-tracker orders list --state failed --state partial --from 2d",
    "order-tracker orders list --number 2018551020 --all --format json",
)
def list_orders(
    session: Session,
    kind: Kinds = None,
    state: States = None,
    number: Annotated[
        str | None, typer.Option(help="Orders that name it, in any usual notation.", show_default=False)
    ] = None,
    reference: Annotated[str | None, typer.Option(help="Their customer_order_id.", show_default=False)] = None,
    bandwidth_id: Annotated[str | None, typer.Option(help="What Bandwidth calls it.", show_default=False)] = None,
    batch: Annotated[str | None, typer.Option(help="Orders of this batch.", show_default=False)] = None,
    origin: Annotated[str | None, typer.Option(help="api, or external: placed elsewhere.", show_default=False)] = None,
    error_code: Annotated[
        str | None, typer.Option(help="Bandwidth's code among their errors.", show_default=False)
    ] = None,
    created_from: Annotated[datetime | None, times.since("--from", "Made then or later: 2d (ago), or a time.")] = None,
    created_to: Annotated[datetime | None, times.since("--to", "Made before then.")] = None,
    limit: Limit = 50,
    everything: All = False,
) -> None:
    """List the account's orders, newest first; they meet everything that is asked for."""
    filters = given(
        kind=kind,
        state=state,
        telephone_number=number,
        customer_order_id=reference,
        bandwidth_order_id=bandwidth_id,
        batch_id=batch,
        origin=origin,
        error_code=error_code,
        created_from=created_from,
        created_to=created_to,
    )
    most = ALL if everything else limit
    show(session, order_view.ORDERS, _pages(session, most, filters), most)


@command(app, "cancel", "order-tracker orders cancel 01a20793-86c9-7bcc-8f65-7512482b0f80")
def cancel(session: Session, order_id: OrderId) -> None:
    """Withdraw an order that Bandwidth does not have; exit code 3 with the reason once it may have it."""
    _show(session, session.tracker.cancel(order_id))


@command(app, "retry", "order-tracker orders retry 01a20793-86c9-7bcc-8f65-7512482b0f80")
def retry(session: Session, order_id: OrderId) -> None:
    """Take up an order that needs attention again: it is checked, looked for, or sent."""
    _show(session, session.tracker.retry(order_id))


@command(app, "check", "order-tracker orders check 01a20793-86c9-7bcc-8f65-7512482b0f80")
def check(session: Session, order_id: OrderId) -> None:
    """Have an open order looked at now, and not only when its next look is due."""
    _show(session, session.tracker.check(order_id))


@command(app, "step-aside", "order-tracker orders step-aside 01a20793-86c9-7bcc-8f65-7512482b0f80")
def step_aside(session: Session, order_id: OrderId) -> None:
    """Let the orders that wait for this one go first, at your risk: at Bandwidth they may meet it."""
    _show(session, session.tracker.step_aside(order_id))


def _pages(session: Session, limit: int | None, filters: dict[str, Any]) -> Iterator[Order]:
    """Hand out orders, of no more pages than are needed, and of no longer ones."""
    size = _PAGE if limit is None else min(_PAGE, limit + 1)
    page = session.tracker.list_orders(limit=size, **filters)
    yield from page.items
    while page.cursor:
        page = session.tracker.list_orders(limit=size, cursor=page.cursor, **filters)
        yield from page.items


def _show(session: Session, order: Order) -> None:
    session.show(dict(order.raw), order.id, lambda: order_view.show(session, order))
