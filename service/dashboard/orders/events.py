"""The account's events as a stream, for pages that live: the same frames as the API's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from service.dashboard import session
from service.dashboard.entrance import enter
from service.dashboard.page import ACCOUNT, Page
from service.doorway import event_query
from service.doorway.event_response import EventResponse
from service.doorway.welcome import is_welcome

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

_QUERY: Final = {"type": True, "kind": True, "state": True, "order_id": True, "last_event_id": False}


async def events(request: Request) -> Response:
    """Stream an account's events to somebody who has signed in, until the session ends or its token is revoked."""
    desk, client, account_id = enter(request)

    async def welcome() -> bool:
        held = session.of(request)
        return held is not None and await is_welcome(desk, [f"Bearer {held.token}"], account_id)

    interest, after = event_query.interest(request), event_query.after(request)
    return EventResponse(desk, client.id, account_id, interest, after, welcome)


def pages() -> list[Page]:
    """Return the stream."""
    return [Page("GET", ACCOUNT + "/orders/events", events, query=_QUERY)]
