"""The audit over HTTP: who did what on an account."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from service.api.audit_json import DeedPageJson, deed_json
from service.api.entrance import enter
from service.api.operation import ACCOUNT, CURSOR, Answer, Operation, limit
from service.api.responses import page_response
from service.audit import Audit
from service.doorway import paging, places
from service.scopes import Scope

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

#: longest page
MOST: Final = 250


async def list_(request: Request) -> Response:
    """Return what was done, newest first."""
    desk, _, account_id = enter(request)
    after, most = places.of_deeds(request), paging.limit(request, MOST)
    page = await Audit(desk.store, desk.settings).page(account_id, after, most)
    found: DeedPageJson = {
        "deeds": [deed_json(each) for each in page.deeds],
        "next": paging.next_url(request, page.after),
    }
    return page_response(found)


def operations() -> list[Operation]:
    """Return what tells of the audit."""
    return [
        Operation(
            "GET",
            ACCOUNT + "/audit",
            list_,
            "listAudit",
            "Who did what on the account, newest first: about the newest 10,000 deeds",
            Scope.ADMIN,
            parameters=(limit(MOST), CURSOR),
            answers={200: Answer("A page of deeds", DeedPageJson, ("Link",))},
        )
    ]
