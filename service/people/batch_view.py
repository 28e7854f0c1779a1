"""Batches as people see them."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import typer

from service.people import endings
from service.people.listing import Listing
from service.terminal import facts, moments, progress, table
from service.terminal.exit_code import ExitCode

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from service.client import Batch, RowError
    from service.people.session import Session

#: wrong rows that people are shown unasked
_MOST: Final = 20
#: seconds between two looks at a batch
_LOOK: Final = 1.0
_HEAD: Final = ("ID", "STATE", "KIND", "ROWS", "WRONG", "ORDERS", "NUMBERS", "CREATED")
_ERRORS: Final = ("LINE", "FIELD", "CODE", "WHAT IS WRONG", "ORDER")


def picture(session: Session, batch: Batch) -> None:
    """Print a batch for people, with the first of its wrong rows."""
    facts.show(_facts(batch))
    if batch.errors:
        typer.echo()
        table.show(_ERRORS, map(_wrong, batch.errors[:_MOST]), needed=4)
    if batch.rows.wrong + batch.orders.refused > len(batch.errors[:_MOST]):
        session.remark(f"All that is wrong: order-tracker batches errors {batch.id} --all")


def finish(session: Session, batch: Batch, seconds: float) -> None:
    """Wait until a batch's orders have all ended, show it, and end with its exit code."""
    from service.client import TrackerError, WaitTimeout  # noqa: PLC0415

    session.remark(f"batch {batch.id}")
    late = None
    try:
        # the wrong rows are told where the batch was made
        batch = replace(_followed(session, batch, seconds), errors=batch.errors)
    except WaitTimeout as error:
        late, batch = error, error.batch or batch
    except (TrackerError, KeyboardInterrupt):
        # whatever goes wrong now, its id is told
        session.show(dict(batch.raw), batch.id, lambda: None)
        session.remark(f"The batch is kept; see how it goes on: order-tracker batches get {batch.id} --wait")
        raise
    session.show(dict(batch.raw), batch.id, lambda: picture(session, batch))
    if late:
        raise late
    raise typer.Exit(code_of(batch))


def code_of(batch: Batch) -> ExitCode:
    """Return the exit code of a batch as it is: what is wrong by now."""
    by_state = endings.code_of(state for state, count in batch.orders.by_state.items() if count)
    if by_state == ExitCode.OK and (batch.rows.wrong or batch.orders.refused):
        return ExitCode.WRONG
    return by_state


def _followed(session: Session, batch: Batch, seconds: float) -> Batch:
    from service.client import WaitTimeout  # noqa: PLC0415

    deadline = time.monotonic() + seconds
    with progress.shown(quiet=session.quiet) as tell:
        told = ""
        while True:
            if (now := _sentence(batch)) != told:
                told = now
                tell(told, batch.numbers.total - batch.numbers.pending, batch.numbers.total)
            if batch.has_ended:
                return batch
            left = deadline - time.monotonic()
            if left <= 0:
                raise WaitTimeout(f"Batch {batch.id} is {batch.state} after {seconds:g} s.", batch=batch)
            try:
                batch = session.tracker.wait_batch(batch.id, timeout=min(_LOOK, left))
            except WaitTimeout as error:
                batch = error.batch or batch


def _sentence(batch: Batch) -> str:
    done = batch.numbers.total - batch.numbers.pending
    return f"{batch.state}, {done} of {batch.numbers.total} numbers done"


def _row(batch: Batch) -> Sequence[str]:
    counts = (batch.rows.total, batch.rows.wrong, batch.orders.planned, batch.numbers.total)
    return [batch.id, batch.state, batch.kind, *map(str, counts), moments.local(batch.created_at)]


def _wrong(error: RowError) -> Sequence[str]:
    return [str(error.line), error.pointer or "-", error.code or "-", error.detail, error.order_id or "-"]


def _facts(batch: Batch) -> Iterator[tuple[str, str | None]]:
    orders, numbers = batch.orders, batch.numbers
    states = ", ".join(f"{count} {state}" for state, count in orders.by_state.items() if count)
    yield "batch", batch.id
    yield "kind", batch.kind
    yield "state", batch.state
    yield "rows", f"{batch.rows.total}: {batch.rows.valid} valid, {batch.rows.wrong} wrong"
    yield "orders", f"{orders.accepted} of {orders.planned} accepted, {orders.refused} refused"
    yield "of these", states or None
    yield "numbers", ", ".join(f"{count} {name}" for name, count in _counted(batch) if count) or str(numbers.total)
    yield "created", moments.both(batch.created_at)
    yield "ended", moments.both(batch.ended_at) if batch.ended_at else None


def _counted(batch: Batch) -> Iterator[tuple[str, int]]:
    for name in ("pending", "complete", "failed", "cancelled", "refused"):
        yield name, getattr(batch.numbers, name)


BATCHES: Final[Listing[Batch]] = Listing(
    "batches", _HEAD, _row, lambda batch: batch.id, "There are no batches.", needed=3
)
ERRORS: Final[Listing[RowError]] = Listing(
    "errors", _ERRORS, _wrong, lambda error: str(error.line), "No row is wrong.", needed=4
)
