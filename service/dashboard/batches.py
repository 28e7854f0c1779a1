"""Batches: how far each is, and what was wrong with its rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from service.dashboard import frame
from service.dashboard.entrance import enter
from service.dashboard.page import ACCOUNT, Page
from service.dashboard.showing import Look
from service.doorway import finding, paging, places
from service.store.bulk import reading

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from service.store.bulk.batch import Batch

#: batches on a page, and wrong rows on that of one
MOST: Final = 50
MOST_ROWS: Final = 50


async def table(request: Request) -> Response:
    """Show an account's batches, newest first."""
    desk, _, account_id = enter(request)
    page = await reading.page(desk.store, account_id, places.of_ids(request), MOST)
    shown = [(each, standing(each)) for each in page.batches]
    return frame.show(request, "batches.html", batches=shown, following=paging.next_url(request, page.after))


async def one(request: Request) -> Response:
    """Show a batch, and what was wrong with its rows, by line."""
    desk, _, account_id = enter(request)
    after = places.of_rows(request)
    batch = await finding.batch(desk, account_id, str(request.path_params["batch_id"]))
    page = await reading.errors(desk.store, account_id, batch.id, after, MOST_ROWS)
    return frame.show(
        request,
        "batch.html",
        batch=batch,
        standing=standing(batch),
        entries=page.entries,
        is_first=after is None,
        following=paging.next_url(request, page.after),
    )


def standing(batch: Batch) -> Look:
    """Return how a batch looks: a tick only where all of it came to a good end."""
    if batch.state == "accepting":
        return Look("making orders", "up", "busy")
    if batch.state == "open":
        return Look("under way", "half", "busy")
    if batch.refused or batch.wrong_rows or batch.complete < batch.numbers:
        return Look("ended, not all well", "mixed", "mixed")
    return Look("ended", "tick", "good")


def pages() -> list[Page]:
    """Return the table and the page of one."""
    cursor = {"cursor": False}
    return [
        Page("GET", ACCOUNT + "/batches", table, query=cursor),
        Page("GET", ACCOUNT + "/batches/{batch_id:uuid}", one, query=cursor),
    ]
