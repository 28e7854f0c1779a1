"""The commands that make orders: `order-tracker orders submit`, `amend` and `retry-failed`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from service.people import dry_run_view, order_view, reading, waiting
from service.people.arguments import OrderId
from service.people.command import command
from service.people.reading import STDIN, File, Secrets
from service.people.session import Session
from service.people.times import NotBefore
from service.people.waiting import Timeout, Wait

if TYPE_CHECKING:
    from service.client import Order

app = typer.Typer()

Kind = Annotated[str, typer.Argument(metavar="KIND", help="Such as tn-options or lidb.", show_default=False)]
Key = Annotated[
    str | None,
    typer.Option("--idempotency-key", help="The same key and order again get the first order.", show_default=False),
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Check everything, show what would be sent, send nothing.")]


@command(
    app,
    "submit",
    "order-tracker orders submit tn-options order.json --wait",
    """echo '{"groups": …}' | order-tracker orders submit tn-options --dry-run""",
)
def submit(
    session: Session,
    kind: Kind,
    file: File = STDIN,
    idempotency_key: Key = None,
    not_before: NotBefore = None,
    dry_run: DryRun = False,
    wait: Wait = False,
    timeout: Timeout = 600,
) -> None:
    """Submit an order; it is on disk once its id is shown."""
    _not_both(dry_run, wait)
    order = session.tracker.submit(
        kind, reading.body(file), idempotency_key=idempotency_key, dry_run=dry_run, not_before=not_before
    )
    _show(session, order, wait, timeout)


@command(app, "amend", "order-tracker orders amend 01a20793-86c9-7bcc-8f65-7512482b0f80 listing.json --wait")
def amend(
    session: Session,
    order_id: OrderId,
    file: File = STDIN,
    idempotency_key: Key = None,
    dry_run: DryRun = False,
    wait: Wait = False,
    timeout: Timeout = 600,
) -> None:
    """Submit an order that changes an open one at Bandwidth (dlda): the same numbers, everything else anew."""
    _not_both(dry_run, wait)
    order = session.tracker.amend(order_id, reading.body(file), idempotency_key=idempotency_key, dry_run=dry_run)
    _show(session, order, wait, timeout)


@command(app, "retry-failed", "order-tracker orders retry-failed 01a20793-86c9-7bcc-8f65-7512482b0f80 --wait")
def retry_failed(
    session: Session,
    order_id: OrderId,
    secret: Secrets = None,
    idempotency_key: Key = None,
    not_before: NotBefore = None,
    dry_run: DryRun = False,
    wait: Wait = False,
    timeout: Timeout = 600,
) -> None:
    """Submit an order of just the numbers that failed and may succeed later.

    The tracker keeps no secrets, such as passcodes: what the order had of them is given again.
    """
    _not_both(dry_run, wait)
    order = session.tracker.retry_failed(
        order_id,
        secrets=reading.secrets(secret),
        idempotency_key=idempotency_key,
        dry_run=dry_run,
        not_before=not_before,
    )
    _show(session, order, wait, timeout)


def _not_both(dry_run: bool, wait: bool) -> None:
    if dry_run and wait:
        raise typer.BadParameter("Give --dry-run or --wait: a dry run makes no order to wait for.")


def _show(session: Session, order: Order, wait: bool, seconds: float) -> None:
    if order.dry_run:
        dry_run_view.finish(session, order, order.dry_run)
    elif wait:
        waiting.finish(session, order, seconds)
    else:
        session.show(dict(order.raw), order.id, lambda: order_view.show(session, order))
