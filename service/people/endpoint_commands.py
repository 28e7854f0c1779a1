"""The commands `order-tracker endpoints ...`: addresses of other services that are told of events."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from service.people import delivery_view, endpoint_view
from service.people.arguments import EndpointId, given
from service.people.command import command
from service.people.listing import ALL, show
from service.people.session import Session
from service.people.submit_commands import Key
from service.terminal import moments, output

if TYPE_CHECKING:
    from service.client import Endpoint

app = typer.Typer()

Types = Annotated[
    list[str] | None,
    typer.Option("--type", help="Events of this type; several times. All of them without one.", show_default=False),
]
Kinds = Annotated[
    list[str] | None,
    typer.Option("--kind", help="Orders of this kind; several times. All of them without one.", show_default=False),
]
Description = Annotated[str | None, typer.Option(help="Your own words.", show_default=False)]


@command(app, "list", "order-tracker endpoints list")
def list_endpoints(session: Session) -> None:
    """List the account's endpoints, oldest first."""
    found = session.tracker.list_endpoints()
    if session.form == "json":
        output.show_json({"endpoints": [dict(each.raw) for each in found]})
    else:
        show(session, endpoint_view.ENDPOINTS, iter(found), ALL)


@command(app, "create", "SECRET=$(order-tracker endpoints create https://example.com/events --type order.completed)")
def create(
    session: Session,
    to: Annotated[str, typer.Argument(metavar="URL", help="Where events are sent to.", show_default=False)],
    types: Types = None,
    kinds: Kinds = None,
    description: Description = None,
    off: Annotated[bool, typer.Option("--off", help="Make it without switching it on.")] = False,
    idempotency_key: Key = None,
) -> None:
    """Make an endpoint and print its secret, once; what else there is to say goes to stderr."""
    fields = given(types=types, kinds=kinds, description=description, enabled=not off)
    made = session.tracker.create_endpoint(to, idempotency_key=idempotency_key, **fields)
    _show_secret(
        session, made, f"Endpoint {made.id} for {made.url}. Its secret, shown this once, verifies what it is sent:"
    )


@command(app, "show", "order-tracker endpoints show 01a2110c-c88b-7b69-884b-b7d3dbe5fc02")
def show_endpoint(session: Session, endpoint_id: EndpointId) -> None:
    """Show an endpoint, and how its deliveries go."""
    _show(session, session.tracker.endpoint(endpoint_id))


@command(
    app,
    "change",
    "order-tracker endpoints change 01a2110c-c88b-7b69-884b-b7d3dbe5fc02 --on",
    "order-tracker endpoints change 01a2110c-c88b-7b69-884b-b7d3dbe5fc02 --type order.completed",
)
def change(
    session: Session,
    endpoint_id: EndpointId,
    to: Annotated[
        str | None, typer.Option("--to", metavar="URL", help="Where events are sent to.", show_default=False)
    ] = None,
    types: Types = None,
    kinds: Kinds = None,
    all_types: Annotated[bool, typer.Option("--all-types", help="Events of all types.")] = False,
    all_kinds: Annotated[bool, typer.Option("--all-kinds", help="Orders of all kinds.")] = False,
    description: Description = None,
    enabled: Annotated[bool | None, typer.Option("--on/--off", help="Switch it on or off.", show_default=False)] = None,
) -> None:
    """Change what is named of an endpoint, and nothing else."""
    if (types and all_types) or (kinds and all_kinds):
        raise typer.BadParameter("Give some of them or all of them, not both.")
    changes = given(
        url=to,
        types=[] if all_types else types,
        kinds=[] if all_kinds else kinds,
        description=description,
        enabled=enabled,
    )
    if not changes:
        raise typer.BadParameter("Give what is to change: --to, --type, --kind, --description, --on or --off.")
    _show(session, session.tracker.change_endpoint(endpoint_id, **changes))


@command(app, "rotate", "SECRET=$(order-tracker endpoints rotate 01a2110c-c88b-7b69-884b-b7d3dbe5fc02)")
def rotate(session: Session, endpoint_id: EndpointId) -> None:
    """Give an endpoint a new secret and print it, once; for a day the one before signs beside it.

    Repeated within ten minutes, such as after a failure, it replaces the secret that was made first.
    """
    made = session.tracker.rotate_endpoint(endpoint_id)
    until = moments.both(made.previous_secret_until)
    _show_secret(session, made, f"The new secret of {made.id}, shown this once; the one before signs until {until}:")


@command(app, "ping", "order-tracker endpoints ping 01a2110c-c88b-7b69-884b-b7d3dbe5fc02")
def ping(session: Session, endpoint_id: EndpointId) -> None:
    """Send an endpoint a test event, as all others are sent."""
    made = session.tracker.ping_endpoint(endpoint_id)
    delivery_view.show(session, made)
    session.remark(f"See how it went: order-tracker deliveries show {endpoint_id} {made.id}")


@command(app, "remove", "order-tracker endpoints remove 01a2110c-c88b-7b69-884b-b7d3dbe5fc02")
def remove(session: Session, endpoint_id: EndpointId) -> None:
    """Remove an endpoint with its deliveries."""
    session.tracker.delete_endpoint(endpoint_id)
    session.show({"removed": endpoint_id}, endpoint_id, lambda: typer.echo(f"{endpoint_id} is removed."))


def _show(session: Session, endpoint: Endpoint) -> None:
    session.show(dict(endpoint.raw), endpoint.id, lambda: endpoint_view.show(endpoint))


def _show_secret(session: Session, endpoint: Endpoint, sentence: str) -> None:
    if session.form == "json":
        output.show_json(dict(endpoint.raw))
        return
    session.remark(sentence)
    typer.echo(endpoint.secret)
