"""Batches over HTTP: one with its progress, all of an account, and what was wrong with their rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from service.api.batch_json import BatchJson, BatchPageJson, RowErrorPageJson, batch_json, row_error_json
from service.api.entrance import enter
from service.api.operation import ACCOUNT, CURSOR, Answer, Operation, Parameter, limit
from service.api.responses import page_response, tagged_response
from service.doorway import finding, paging, places
from service.store.bulk import reading

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

#: longest pages
MOST: Final = 100
MOST_ERRORS: Final = 1_000


async def get(request: Request) -> Response:
    """Return one batch; 304 while it stands as the caller knows."""
    desk, _, account_id = enter(request)
    return tagged_response(request, batch_json(await finding.batch(desk, account_id, _id(request))))


async def list_(request: Request) -> Response:
    """Return an account's batches, newest first."""
    desk, _, account_id = enter(request)
    page = await reading.page(desk.store, account_id, places.of_ids(request), paging.limit(request, MOST))
    found: BatchPageJson = {
        "batches": [batch_json(each) for each in page.batches],
        "next": paging.next_url(request, page.after),
    }
    return page_response(found)


async def errors(request: Request) -> Response:
    """Return what is wrong with a batch's rows, by line."""
    desk, _, account_id = enter(request)
    after, most = places.of_rows(request), paging.limit(request, MOST_ERRORS)
    batch = await finding.batch(desk, account_id, _id(request))
    page = await reading.errors(desk.store, account_id, batch.id, after, most)
    found: RowErrorPageJson = {
        "errors": [row_error_json(each) for each in page.entries],
        "next": paging.next_url(request, page.after),
    }
    return page_response(found)


def operations() -> list[Operation]:
    """Return what there is to read of batches."""
    batches = ACCOUNT + "/batches"
    batch = batches + "/{batch_id:uuid}"
    known = Parameter("If-None-Match", "The ETag of the batch that the caller knows.", place="header")
    return [
        Operation(
            "GET",
            batches,
            list_,
            "listBatches",
            "Batches, newest first",
            parameters=(limit(MOST), CURSOR),
            answers={200: Answer("A page of batches", BatchPageJson, ("Link",))},
        ),
        Operation(
            "GET",
            batch,
            get,
            "getBatch",
            "A batch: how its orders and its numbers stand",
            parameters=(known,),
            answers={
                200: Answer("The batch", BatchJson, ("ETag",)),
                304: Answer("The caller knows it as it is", headers=("ETag",)),
            },
        ),
        Operation(
            "GET",
            batch + "/errors",
            errors,
            "listBatchErrors",
            "What is wrong with a batch's rows, by line: also those whose order was refused later",
            parameters=(limit(MOST_ERRORS), CURSOR),
            answers={200: Answer("A page of errors", RowErrorPageJson, ("Link",))},
        ),
    ]


def _id(request: Request) -> str:
    return str(request.path_params["batch_id"])
