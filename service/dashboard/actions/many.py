"""Many orders: what each action would do with those that a filter finds, the list of them, and doing it.

Without a filter nothing is done: all orders of an account are never meant, only clicked.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from service import selection
from service.dashboard import frame
from service.dashboard.actions.acts import ACTS, BY_ACTION, Act
from service.dashboard.entrance import enter, form
from service.dashboard.orders import filters
from service.dashboard.page import ACCOUNT, Page
from service.deciding import AUDITED
from service.doorway import order_filter, paging
from service.errors import MalformedRequest
from service.identifiers import is_id
from service.prospects import Action
from service.scopes import Scope
from service.selection import Seen

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

#: of a page of this room
PATH: Final = ACCOUNT + "/orders/act"
#: reasons, and unfit orders, that are shown
REASONS: Final = 8
_UNFIT: Final = 100
_QUERY: Final = {**filters.QUERY, "action": False, "ticked": False}
_NO_FILTER: Final = (
    "Filter the orders first: nobody acts on all orders of an account at once, lest it happen by accident."
)
#: an order and its version, as the list's boxes have them
_CHOICE: Final = re.compile(r"([0-9a-f-]{36}):([0-9]{1,15})", re.ASCII)


async def preview(request: Request) -> Response:
    """Show what each action would do with the orders of a filter; of a chosen one, each order that it fits."""
    desk, _, account_id = enter(request)
    wanted, act, ticked = order_filter.read(request), _act(request.query_params.get("action")), _ticked(request)
    if not any(name in request.query_params for name in filters.NAMES):
        raise MalformedRequest(_NO_FILTER)
    if act is None:
        found = await selection.looks(desk, [account_id], wanted, AUDITED)
        return _show(request, "actions.html", looks=[(each, found[each.action]) for each in ACTS])
    one = await selection.look(desk, [account_id], wanted, act.action)
    return _show(request, "actions_list.html", act=act, found=one, unfit=one.unfit[:_UNFIT], ticked=ticked)


async def do(request: Request) -> Response:
    """Act on the orders that were chosen, each as it was seen, and show what became of each."""
    desk, client, account_id = enter(request)
    act = _act(form(request).get("action"))
    if act is None:
        raise MalformedRequest("This form names no action: nothing was done. Open the page again.")
    done = await selection.act(desk, [account_id], act.action, _chosen(request), client.id)
    refused = [each for each in done if each.why]
    return _show(request, "actions_done.html", act=act, done=[each for each in done if not each.why], refused=refused)


def pages() -> list[Page]:
    """Return the preview and the deed."""
    return [
        Page("GET", PATH, preview, Scope.WRITE, _QUERY),
        Page("POST", PATH, do, Scope.WRITE, _QUERY),
    ]


def _show(request: Request, template: str, **values: Any) -> Response:
    """Show a page that knows the filter: in words, as the table of orders has it, and as this room has it."""
    query = filters.kept(request, "action", "ticked")
    path = request.scope["path"]
    return frame.show(
        request,
        template,
        chips=filters.read(request).chips,
        table=filters.address_of(path.removesuffix("/act"), query),
        here=filters.address_of(path, query),
        most=selection.MOST,
        reasons=REASONS,
        **values,
    )


def _act(word: str | None) -> Act | None:
    if word is None:
        return None
    if word not in AUDITED:
        raise paging.wrong("action", f"give one of {', '.join(AUDITED)}")
    return BY_ACTION[Action(word)]


def _ticked(request: Request) -> bool:
    """Tell whether all boxes are ticked to begin with."""
    if (word := request.query_params.get("ticked", "all")) not in {"all", "none"}:
        raise paging.wrong("ticked", "give all or none")
    return word == "all"


def _chosen(request: Request) -> list[Seen]:
    _, _, account_id = enter(request)
    given = dict.fromkeys(form(request).getlist("order"))
    if not 1 <= len(given) <= selection.MOST:
        raise MalformedRequest(f"Choose 1 to {selection.MOST} orders in the list: nothing was done.")
    return [_seen(account_id, each) for each in given]


def _seen(account_id: str, choice: str) -> Seen:
    found = _CHOICE.fullmatch(choice)
    if found is None or not is_id(found[1]):
        raise MalformedRequest("This form names orders as no page of ours does: nothing was done.")
    return Seen(account_id, found[1], int(found[2]))
