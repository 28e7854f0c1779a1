"""The search box: whatever somebody pastes leads to its page, or to a choice, or is told to be nowhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.dashboard import frame
from service.dashboard.entrance import enter
from service.dashboard.orders import seeking, sought
from service.dashboard.page import ACCOUNT, Page
from service.errors import MalformedRequest

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response


async def search(request: Request) -> Response:
    """Lead to the one thing that the text stands for; else show all of them, or what was tried: this account first."""
    desk, client, account_id = enter(request)
    pasted = request.query_params.get("q", "")
    try:
        wanted = sought.read(pasted)
    except MalformedRequest as error:
        return _show(request, 400, pasted[: sought.LONGEST], refused=error.errors[0].detail)
    accounts = [account_id, *sorted(client.accounts - {account_id})]
    hits = await seeking.seek(desk.store, accounts, wanted) if wanted.text else []
    things = [each for each in hits if each.what != "callbacks"]
    if len(things) == 1:
        return frame.see_other(things[0].path)
    if not hits and wanted.number:
        # no order of ours names it, but Bandwidth may know it
        return frame.see_other(seeking.number_path(account_id, wanted.number))
    return _show(request, 200, wanted.text, hits=hits, wanted=wanted, accounts_tried=accounts)


def pages() -> list[Page]:
    """Return the search."""
    return [Page("GET", ACCOUNT + "/search", search, query={"q": False})]


def _show(
    request: Request,
    status: int,
    text: str,
    hits: list[seeking.Hit] | None = None,
    wanted: sought.Sought | None = None,
    accounts_tried: list[str] | None = None,
    refused: str | None = None,
) -> Response:
    return frame.show(
        request,
        "search.html",
        status,
        searched=text,
        hits=hits or [],
        wanted=wanted,
        accounts_tried=accounts_tried or [],
        refused=refused,
    )
