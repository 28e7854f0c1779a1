"""The rows of a batch that are wrong or were refused, as a file for spreadsheets: for whoever corrects them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from service.dashboard import spreadsheet
from service.dashboard.entrance import enter
from service.dashboard.page import ACCOUNT, Page
from service.doorway import finding
from service.store.bulk import reading

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from starlette.requests import Request
    from starlette.responses import Response

    from service.store.bulk.entry import Entry
    from service.store.server.connection import Store

_HEAD: Final = ("line", "where", "what_to_do", "code", "refused_order_id")
#: rows that are read at once
_AT_ONCE: Final = 1_000


async def file(request: Request) -> Response:
    """Return all of them, by line."""
    desk, _, account_id = enter(request)
    batch = await finding.batch(desk, account_id, str(request.path_params["batch_id"]))
    return await spreadsheet.answer(f"batch-{batch.id}-wrong-rows.csv", _parts(desk.store, account_id, batch.id))


def pages() -> list[Page]:
    """Return its address."""
    return [Page("GET", ACCOUNT + "/batches/{batch_id:uuid}/wrong-rows.csv", file)]


async def _parts(store: Store, account_id: str, batch_id: str) -> AsyncIterator[list[Sequence[str]]]:
    page = await reading.errors(store, account_id, batch_id, None, _AT_ONCE)
    yield [_HEAD, *map(_cells, page.entries)]
    while page.after is not None:
        page = await reading.errors(store, account_id, batch_id, page.after, _AT_ONCE)
        yield list(map(_cells, page.entries))


def _cells(entry: Entry) -> list[str]:
    error = entry.error
    return [str(error.line), error.pointer, error.detail, error.code or "", entry.order_id or ""]
