"""The commands `order-tracker deliveries ...`: what became of events on their way to an endpoint."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer

from service.people import delivery_view
from service.people.arguments import DeliveryId, EndpointId, Types
from service.people.command import command
from service.people.listing import ALL, All, Limit, show
from service.people.session import Session
from service.people.times import past

app = typer.Typer()

Statuses = Annotated[
    list[str] | None,
    typer.Option("--status", help="waiting, delivered, replaced or given_up; several times: any.", show_default=False),
]
Since = Annotated[
    datetime, typer.Argument(metavar="TIME", parser=past, help="2h (ago), or a time.", show_default=False)
]


@command(app, "list", "order-tracker deliveries list 01a2110c-c88b-7b69-884b-b7d3dbe5fc02 --status given_up")
def list_deliveries(
    session: Session, endpoint_id: EndpointId, status: Statuses = None, limit: Limit = 50, everything: All = False
) -> None:
    """List an endpoint's deliveries: those that wait, then those that have ended, newest first."""
    found = session.tracker.iter_deliveries(endpoint_id, status=status)
    show(session, delivery_view.DELIVERIES, found, ALL if everything else limit)


@command(app, "show", "order-tracker deliveries show ENDPOINT DELIVERY")
def show_delivery(session: Session, endpoint_id: EndpointId, delivery_id: DeliveryId) -> None:
    """Show a delivery with every attempt."""
    delivery_view.show(session, session.tracker.delivery(endpoint_id, delivery_id))


@command(app, "replay", "order-tracker deliveries replay ENDPOINT DELIVERY")
def replay(session: Session, endpoint_id: EndpointId, delivery_id: DeliveryId) -> None:
    """Have a delivery that has ended sent again, with the same event id."""
    delivery_view.show(session, session.tracker.replay_delivery(endpoint_id, delivery_id))


@command(app, "replay-since", "order-tracker deliveries replay-since 01a2110c-c88b-7b69-884b-b7d3dbe5fc02 2h")
def replay_since(session: Session, endpoint_id: EndpointId, since: Since, types: Types = None) -> None:
    """Begin to deliver every event since a time again; `endpoints show` tells how far it is."""
    begun = session.tracker.replay_events(endpoint_id, since, types=types or ())
    session.show(dict(begun.raw), endpoint_id, lambda: typer.echo(delivery_view.replayed(begun)))
