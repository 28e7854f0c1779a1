"""Callbacks of orders that nobody knows, over HTTP: list them, have them heard again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from service.api.entrance import enter
from service.api.exit import note
from service.api.operation import ACCOUNT, CURSOR, Answer, Operation, limit
from service.api.orphan_json import OrphanPageJson, ReplayedJson, orphan_json, replayed_json
from service.api.responses import json_response, page_response
from service.doorway import paging, places
from service.orphans import Orphans
from service.scopes import Scope
from service.store import orphans

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

#: longest page; an orphan may keep a hundred callbacks
MOST: Final = 100


async def list_(request: Request) -> Response:
    """Return orphans, those with the newest callbacks first."""
    desk, _, account_id = enter(request)
    most, after = paging.limit(request, MOST), places.of_orphans(request)
    page = await orphans.page(desk.store, account_id, after, most)
    found = [orphan_json(each) for each in page.orphans]
    listed: OrphanPageJson = {"orphans": found, "next": paging.next_url(request, places.orphan(page.after))}
    return page_response(listed)


async def replay(request: Request) -> Response:
    """Hear an orphan's callbacks again, and tell what became of each; 404 when there is no such orphan."""
    desk, client, account_id = enter(request)
    done = await Orphans(desk.store, desk.bells, client.id).replay(account_id, str(request.path_params["key"]))
    note(request, done.outcome)
    return json_response(replayed_json(done))


def operations() -> list[Operation]:
    """Return what there is to do about an account's orphans; a key may hold slashes, for a reference may."""
    path = ACCOUNT + "/orphans"
    does = "Callbacks of orders that nobody here knows, the newest first"
    return [
        Operation(
            "GET",
            path,
            list_,
            "listOrphans",
            does,
            parameters=(limit(MOST), CURSOR),
            answers={200: Answer("A page of orphans", OrphanPageJson, ("Link",))},
        ),
        Operation(
            "POST",
            path + "/{key:path}/replay",
            replay,
            "replayOrphan",
            "Hear an orphan's callbacks again, as if they came now",
            Scope.ADMIN,
            answers={200: Answer("What became of each", ReplayedJson)},
        ),
    ]
