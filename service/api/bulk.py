"""Orders in bulk over HTTP: one body of many rows, in NDJSON or CSV."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from functools import partial
from typing import TYPE_CHECKING, Final

import structlog

from service import bodies
from service.api import bulk_request, idempotency
from service.api.batch_json import NewBatchJson, new_batch_json, path
from service.api.entrance import enter
from service.api.operation import ACCOUNT, Answer, Operation
from service.api.responses import json_response
from service.bulk import row, taking
from service.bulk.upload import TOLD
from service.errors import (
    BodyTooLarge,
    IdempotencyReused,
    InvalidRows,
    StoreUnavailable,
    TooManyUploads,
    UnsupportedMedia,
)
from service.scopes import Scope
from service.store.bulk import reading

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from starlette.requests import Request
    from starlette.responses import Response

    from service.kind import Kind
    from service.wiring import Desk

#: seconds for which a body waits while others are read
TURN_SECONDS: Final = 10.0

log = structlog.get_logger()


async def submit(request: Request) -> Response:
    """Plan the orders that a body's rows make: 202 once all of that is on disk."""
    desk, client, account_id = enter(request)
    wish, key = bulk_request.wish(request, desk.settings), bulk_request.key(request)
    fingerprint = partial(desk.requests.bulk_fingerprint, account_id, wish.text, client.id)
    sender = taking.Sender(account_id, client.id, key, fingerprint)
    async with _turn(desk):
        parts = bodies.parts(request, desk.settings.max_bulk_bytes, bulk_request.seconds(desk.settings))
        committed = await taking.take(desk.store, sender, wish, parts, desk.requests.sealed)
    replayed = committed.verdict == "replayed"
    if not replayed:
        desk.bells.ring("batch", account_id, [committed.batch_id])
    told = await _told(desk, account_id, committed.batch_id)
    more = {"rows": told["rows"], "orders": told["orders"]["planned"], "numbers": told["numbers"]["total"]}
    log.info(
        "batch.accepted",
        batch=told["id"],
        account=account_id,
        kind=told["kind"],
        client=client.id,
        **more,
        replayed=replayed,
    )
    headers = {"Location": path(account_id, told["id"])} | ({idempotency.REPLAYED: "true"} if replayed else {})
    return json_response(told, 202, headers)


def operations() -> list[Operation]:
    """Return the one way to submit many orders, as the document shows it for each kind."""
    return [_operation(row.require(each)) for each in row.kinds()]


def _operation(kind: Kind) -> Operation:
    return Operation(
        "POST",
        ACCOUNT + "/orders/{kind}/bulk",
        submit,
        "submitBulk",
        "Accept the orders that many rows make",
        Scope.WRITE,
        bulk_request.parameters(),
        bulk_request.body(kind),
        {202: Answer("All of it is on disk; the batch", NewBatchJson, ("Location", idempotency.REPLAYED))},
        (InvalidRows, IdempotencyReused, BodyTooLarge, UnsupportedMedia, TooManyUploads),
        kinds=(kind.name,),
    )


@asynccontextmanager
async def _turn(desk: Desk) -> AsyncIterator[None]:
    try:
        async with asyncio.timeout(TURN_SECONDS):
            await desk.uploads.acquire()
    except TimeoutError:
        raise TooManyUploads from None
    try:
        yield
    finally:
        desk.uploads.release()


async def _told(desk: Desk, account_id: str, batch_id: str) -> NewBatchJson:
    (batch,) = await reading.get(desk.store, account_id, [batch_id])
    page = await reading.errors(desk.store, account_id, batch_id, None, TOLD)
    if batch is None:
        raise StoreUnavailable(f"Batch {batch_id} cannot be read.")
    return new_batch_json(batch, page.entries)
