"""The audit: who did what on the account, in plain words, all of it or what one of them did."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from service.audit import Audit
from service.dashboard import frame
from service.dashboard.entrance import enter
from service.dashboard.page import ACCOUNT, Page
from service.doorway import paging, places
from service.scopes import Scope

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request
    from starlette.responses import Response

    from service.store.auditing import Deed

#: deeds on a page
MOST: Final = 50
#: characters of a name that is asked for: names of clients are shorter, a command's holds a machine's user
_LONGEST: Final = 100
#: by the operationId: what was done, and where what it was done to is shown, below the account
WORDS: Final[Mapping[str, tuple[str, str | None]]] = {
    "retryOrder": ("retried an order", "orders/{}"),
    "cancelOrder": ("cancelled an order", "orders/{}"),
    "stepOrderAside": ("let an order step aside", "orders/{}"),
    "checkOrder": ("had an order checked", "orders/{}"),
    "healSubscriptions": ("put the subscriptions right", "subscriptions"),
    "replayOrphan": ("had callbacks of an unknown order heard again", None),
    "createEndpoint": ("made an endpoint", "endpoints/{}"),
    "changeEndpoint": ("changed an endpoint", "endpoints/{}"),
    "deleteEndpoint": ("removed an endpoint", None),
    "rotateEndpoint": ("gave an endpoint a new secret", "endpoints/{}"),
    "pingEndpoint": ("sent an endpoint a test event", "endpoints/{}"),
    "front.createSubscription": ("made a subscription by XML", "endpoints/{}"),
    "front.changeSubscription": ("changed a subscription by XML", "endpoints/{}"),
    "front.deleteSubscription": ("removed a subscription by XML", None),
    "replayDelivery": ("had an event sent again", "endpoints/{}/deliveries/{}"),
    "replayEvents": ("had all events since a time sent again", "endpoints/{}"),
}


@dataclass(frozen=True, slots=True)
class Told:
    """A deed as it is shown; `path` below the account leads to what it was done to."""

    deed: Deed
    words: str
    path: str | None


async def table(request: Request) -> Response:
    """Show what was done, newest first."""
    desk, _, account_id = enter(request)
    after, by = places.of_deeds(request), request.query_params.get("by", "").strip()
    if len(by) > _LONGEST:
        raise paging.wrong("by", f"give at most {_LONGEST} characters")
    page = await Audit(desk.store, desk.settings).page(account_id, after, MOST, by or None)
    following = paging.next_url(request, page.after)
    return frame.show(request, "audit.html", deeds=[_told(each) for each in page.deeds], by=by, following=following)


def pages() -> list[Page]:
    """Return the one page."""
    return [Page("GET", ACCOUNT + "/audit", table, Scope.ADMIN, {"by": False, "cursor": False})]


def _told(deed: Deed) -> Told:
    words, path = WORDS.get(deed.action, (deed.action, None))
    named = [quote(each, safe="") for each in deed.subject.split(" ")]
    leads = path is not None and path.count("{}") <= len(named)
    return Told(deed, words, path.format(*named) if path and leads else None)
