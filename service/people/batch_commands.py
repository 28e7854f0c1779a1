"""The commands about batches: `order-tracker orders bulk`, and `order-tracker batches list`, `get` and `errors`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

import typer

from service.people import batch_view, reading
from service.people.arguments import part
from service.people.command import command
from service.people.listing import ALL, All, Limit, show
from service.people.session import Session
from service.people.submit_commands import Key, Kind
from service.people.waiting import Timeout

if TYPE_CHECKING:
    from service.client import Batch

orders = typer.Typer()
app = typer.Typer()

Rows = Annotated[
    Path, typer.Argument(metavar="FILE", help="NDJSON, or CSV where its name ends so; - is standard input.")
]
BatchId = Annotated[str, typer.Argument(metavar="BATCH", callback=part, help="The batch's id.", show_default=False)]
OnErrors = Annotated[
    Literal["continue", "reject"],
    typer.Option("--on-errors", help="What wrong rows do: the others go on, or none is accepted."),
]
Size = Annotated[int | None, typer.Option(min=1, help="Numbers in one order at most.", show_default=False)]
Wait = Annotated[bool, typer.Option("--wait", help="Wait until all of its orders have ended.")]
_MEDIA: Final = {"csv": "text/csv", "ndjson": "application/x-ndjson"}
Form = Annotated[
    Literal["csv", "ndjson"] | None,
    typer.Option("--rows", help="What the rows are, where the file's name does not say so.", show_default=False),
]


@command(orders, "bulk", "order-tracker orders bulk tn-options rows.csv --wait")
def bulk(
    session: Session,
    kind: Kind,
    file: Rows = reading.STDIN,
    rows: Form = None,
    on_errors: OnErrors = "continue",
    order_size: Size = None,
    idempotency_key: Key = None,
    wait: Wait = False,
    timeout: Timeout = 3600,
) -> None:
    """Submit many rows at once: they are grouped into orders, and wrong rows come back with line and reason.

    Exit code 1: rows are wrong, or with --wait orders of it ended otherwise than complete.
    """
    media = _MEDIA[rows or ("csv" if file.suffix.lower() == ".csv" else "ndjson")]
    batch = session.tracker.submit_bulk(
        kind,
        reading.content(file),
        media_type=media,
        on_errors=on_errors,
        order_size=order_size,
        idempotency_key=idempotency_key,
    )
    if wait:
        batch_view.finish(session, batch, timeout)
    _show(session, batch)
    raise typer.Exit(batch_view.code_of(batch))


@command(app, "get", "order-tracker batches get 01a20793-86c9-7bcc-8f65-7512482b0f80 --wait")
def get(session: Session, batch_id: BatchId, wait: Wait = False, timeout: Timeout = 3600) -> None:
    """Show how far a batch is, and what its orders came to."""
    batch = session.tracker.batch(batch_id)
    if wait:
        batch_view.finish(session, batch, timeout)
    _show(session, batch)


@command(app, "list", "order-tracker batches list")
def list_batches(session: Session, limit: Limit = 50, everything: All = False) -> None:
    """List the account's batches, newest first."""
    show(session, batch_view.BATCHES, session.tracker.iter_batches(), ALL if everything else limit)


@command(app, "errors", "order-tracker batches errors 01a20793-86c9-7bcc-8f65-7512482b0f80 --all")
def errors(session: Session, batch_id: BatchId, limit: Limit = 1000, everything: All = False) -> None:
    """List what is wrong with a batch's rows, by line: also those whose order was refused later."""
    show(session, batch_view.ERRORS, session.tracker.iter_batch_errors(batch_id), ALL if everything else limit)


def _show(session: Session, batch: Batch) -> None:
    value: dict[str, Any] = dict(batch.raw)
    session.show(value, batch.id, lambda: batch_view.picture(session, batch))
