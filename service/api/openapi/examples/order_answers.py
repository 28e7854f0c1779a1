"""Answers about orders: lists, the parts of one, dry runs, batches."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from service.api.batch_json import (
    BatchJson,
    BatchPageJson,
    NewBatchJson,
    RowErrorPageJson,
    batch_json,
    new_batch_json,
    row_error_json,
)
from service.api.dry_run import DryRunJson
from service.api.openapi.examples.specimens import ACCOUNT, AT, BATCH_ID, NEXT, REFUSED, TAKEN, accepted, ended
from service.api.order_json import OrderPageJson, order_json, summary_json
from service.api.order_parts_json import (
    DocumentsJson,
    OutcomePageJson,
    TimelineJson,
    document_json,
    entry_json,
    number_json,
)
from service.errors import RowError
from service.lifecycle import State
from service.report import Document
from service.store.bulk.batch import Batch
from service.store.bulk.entry import Entry
from service.store.document import KeptDocument

if TYPE_CHECKING:
    from collections.abc import Mapping

_XML: Final = "<LidbOrder><CustomerOrderId>LidbOrder1</CustomerOrderId>...</LidbOrder>"


def examples() -> Mapping[Any, Any]:
    """Return an example of each shape."""
    order = ended()
    outcomes = zip(order.telephone_numbers, (TAKEN, REFUSED), strict=True)
    orders: OrderPageJson = {
        "orders": [summary_json(order, personal=True)],
        "next": f"/v1/accounts/{ACCOUNT}/orders{NEXT}",
    }
    numbers: OutcomePageJson = {"numbers": [number_json(*each) for each in outcomes], "next": None}
    documents: DocumentsJson = {"documents": [document_json(KeptDocument(AT + 40, Document("sent", "POST", _XML)))]}
    dry_run: DryRunJson = {
        "dry_run": True,
        "order": {**order_json(accepted(), personal=True), "id": None, "links": {}},
        "requests": [{"method": "POST", "path": f"/accounts/{ACCOUNT}/lidbs", "body": _XML}],
        "foreseen": None,
    }
    return {
        OrderPageJson: orders,
        OutcomePageJson: numbers,
        TimelineJson: _timeline(),
        DocumentsJson: documents,
        DryRunJson: dry_run,
        **_batches(),
    }


def _timeline() -> TimelineJson:
    happened: list[dict[str, Any]] = [
        {"at": AT, "state": "accepted", "version": 1, "source": "api", "event": "accepted", "by": "default"},
        {"at": AT + 320, "state": "received", "version": 3, "source": "submit", "event": "sent"}
        | {"attempt": 1, "worker": "workers-7c9d (pid 8)"},
        {"at": AT + 60_000, "state": "received", "version": 3, "source": "callback", "event": "callback"},
        {"at": AT + 90_000, "state": "partial", "version": 5, "source": "check", "event": "ended"},
    ]
    return {"timeline": [entry_json(each) for each in happened]}


def _batches() -> Mapping[Any, Any]:
    batch = Batch(
        id=BATCH_ID,
        account_id=ACCOUNT,
        kind="lidb",
        client_id="default",
        created_at=AT,
        ended_at=None,
        rows=1_000,
        wrong_rows=1,
        planned=1,
        refused=0,
        numbers=999,
        refused_numbers=0,
        orders={State.RECEIVED: 1},
        complete=0,
        failed=0,
        other=0,
    )
    wrong = Entry(RowError("/use_type", "Give one of: RESIDENTIAL, BUSINESS.", "11006", 7), mark="0")
    page: BatchPageJson = {"batches": [batch_json(batch)], "next": None}
    errors: RowErrorPageJson = {"errors": [row_error_json(wrong)], "next": None}
    return {
        BatchJson: batch_json(batch),
        NewBatchJson: new_batch_json(batch, [wrong]),
        BatchPageJson: page,
        RowErrorPageJson: errors,
    }
