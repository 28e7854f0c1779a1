"""A batch as clients see it, and what was wrong with its rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from typing_extensions import TypedDict

from service.api.described import Id, Next, Time, described
from service.store.bulk.batch import BatchState
from service.times import iso

if TYPE_CHECKING:
    from collections.abc import Iterable

    from service.store.bulk.batch import Batch
    from service.store.bulk.entry import Entry


@described
class RowsJson(TypedDict):
    """Rows of the body: only what says something is one."""

    total: int
    valid: int
    wrong: int


@described
class BatchOrdersJson(TypedDict):
    """Orders that its rows make."""

    planned: int
    accepted: int
    refused: int
    """They could not be accepted: their rows stand among the errors, with the reason."""
    by_state: dict[str, int]
    """How the accepted ones stand."""


@described
class BatchNumbersJson(TypedDict):
    """Numbers of the rows that are right, and what became of them."""

    total: int
    pending: int
    complete: int
    failed: int
    cancelled: int
    refused: int
    """Their orders could not be accepted."""


@described
class BatchLinksJson(TypedDict):
    """Where a batch, its orders and its errors are."""

    self: str
    orders: str
    errors: str


@described
class BatchJson(TypedDict):
    """Many orders from one body, and how they stand."""

    id: Id
    account_id: str
    kind: str
    state: BatchState
    """`accepting`: some of its orders are still planned. `open`: some have not ended."""
    rows: RowsJson
    orders: BatchOrdersJson
    numbers: BatchNumbersJson
    created_at: Time
    ended_at: Time | None
    links: BatchLinksJson


@described
class RowErrorJson(TypedDict):
    """One wrong field of a row, or a row whose order was refused."""

    line: int
    """The line in the body in which the row begins, from 1."""
    pointer: str
    """Where in the row, as a JSON pointer; empty: the row."""
    detail: str
    """What to do."""
    code: str | None
    """Bandwidth's own code, where it has one."""
    order_id: Id | None
    """The order that was refused; null where the row is wrong."""


@described
class NewBatchJson(BatchJson):
    """A batch as it was accepted."""

    errors: list[RowErrorJson]
    """The first thousand errors; `links.errors` has all."""


@described
class BatchPageJson(TypedDict):
    """Some batches, newest first, and where the list goes on."""

    batches: list[BatchJson]
    next: Next


@described
class RowErrorPageJson(TypedDict):
    """Some errors, by line, and where the list goes on."""

    errors: list[RowErrorJson]
    next: Next


def path(account_id: str, batch_id: str) -> str:
    """Return a batch's address."""
    return f"/v1/accounts/{account_id}/batches/{batch_id}"


def batch_json(batch: Batch) -> BatchJson:
    """Write a batch."""
    own = path(batch.account_id, batch.id)
    return {
        "id": batch.id,
        "account_id": batch.account_id,
        "kind": batch.kind,
        "state": batch.state,
        "rows": {"total": batch.rows, "valid": batch.rows - batch.wrong_rows, "wrong": batch.wrong_rows},
        "orders": {
            "planned": batch.planned,
            "accepted": batch.accepted,
            "refused": batch.refused,
            "by_state": {str(state): count for state, count in batch.orders.items()},
        },
        "numbers": _numbers(batch),
        "created_at": iso(batch.created_at),
        "ended_at": iso(batch.ended_at),
        "links": {
            "self": own,
            "orders": f"/v1/accounts/{batch.account_id}/orders?batch_id={batch.id}",
            "errors": f"{own}/errors",
        },
    }


def new_batch_json(batch: Batch, entries: Iterable[Entry]) -> NewBatchJson:
    """Write a batch with the first errors of its rows."""
    return {**batch_json(batch), "errors": [row_error_json(each) for each in entries]}


def row_error_json(entry: Entry) -> RowErrorJson:
    """Write what is wrong with a row."""
    error = entry.error
    return {
        "line": error.line,
        "pointer": error.pointer,
        "detail": error.detail,
        "code": error.code,
        "order_id": entry.order_id,
    }


def _numbers(batch: Batch) -> BatchNumbersJson:
    return {
        "total": batch.numbers,
        "pending": batch.pending_numbers,
        "complete": batch.complete,
        "failed": batch.failed,
        "cancelled": batch.other,
        "refused": batch.refused_numbers,
    }
