"""One order: what an action will do with it, and doing it to the order that was seen."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from service.dashboard import deeds, frame
from service.dashboard.actions.acts import ACTS, Act
from service.dashboard.entrance import enter, find_order, form
from service.dashboard.order.standing import notices
from service.dashboard.page import ORDER, ROOT, Page
from service.deciding import AUDITED, decide
from service.doorway.personal import masked_order
from service.errors import NotPossibleNow, TooManyConflicts
from service.prospects import Action, prospect
from service.scopes import Scope
from service.store import reading
from service.store.followers import behind

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from service.order import Order

#: orders behind it that are named
_NAMED: Final = 10
_CHANGED: Final = "It has changed since you saw it. This is how it is now."
#: the actions by which orders that wait for this one go on
_LETS_GO: Final = frozenset({Action.CANCEL, Action.STEP_ASIDE})


async def preview(act: Act, request: Request) -> Response:
    """Show the order as it is, and what will happen."""
    return await _shown(request, act, await find_order(request))


async def do(act: Act, request: Request) -> Response:
    """Do it, unless the order is another than was seen; then show how it is now, and ask again."""
    desk, client, account_id = enter(request)
    order = await find_order(request)
    if act.exact and form(request).get("version") != str(order.version):
        return await _shown(request, act, order, _CHANGED)
    try:
        await decide(desk, order, act.action, client.id)
    except (NotPossibleNow, TooManyConflicts) as refusal:
        return await _shown(request, act, await find_order(request), refusal.detail)
    await deeds.note(request, AUDITED[act.action], order.id)
    return frame.see_other(f"{ROOT}/accounts/{account_id}/orders/{order.id}")


def pages() -> list[Page]:
    """Return each act's preview and what does it."""
    return [
        page
        for each in ACTS
        for page in (
            Page("GET", f"{ORDER}/{each.action}", partial(preview, each), Scope.WRITE),
            Page("POST", f"{ORDER}/{each.action}", partial(do, each), Scope.WRITE),
        )
    ]


async def _shown(request: Request, act: Act, order: Order, refusal: str = "") -> Response:
    desk, client, account_id = enter(request)
    waiting = await behind(desk.store, order)
    told = prospect(act.action, order, len(waiting))
    freed = waiting if act.action in _LETS_GO else []
    named = await reading.get(desk.store, account_id, freed[:_NAMED])
    (last,) = await reading.latest(desk.store, account_id, [order.id])
    shown = order if client.sees_personal else masked_order(order)
    return frame.show(
        request,
        "action.html",
        409 if refusal or not told.possible else 200,
        act=act,
        order=shown,
        notices=notices(shown),
        last=last,
        told=told,
        lets_go=[each for each in named if each],
        more=len(freed) - len(named),
        refusal=refusal,
    )
