"""What a person decides about an order, over HTTP: `retry`, `cancel`, `step-aside`, and `check` now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.api.entrance import enter, find_order
from service.api.operation import ACCOUNT, Answer, Operation
from service.api.order_json import WholeOrderJson, order_json
from service.api.responses import etag, json_response
from service.deciding import AUDITED, decide
from service.errors import NotPossibleNow, Purged, TooManyConflicts
from service.prospects import Action
from service.scopes import Scope

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from service.errors import TrackerError


async def act(request: Request) -> Response:
    """Do what the address names: 202 and the order as it is now; 409 with the reason where it does not take that."""
    desk, client, account_id = enter(request)
    order = await find_order(desk, account_id, request)
    action = Action(request.scope["path"].rpartition("/")[2])
    now = await decide(desk, order, action, client.id)
    return json_response(order_json(now, personal=client.sees_personal), 202, {"ETag": etag(now)})


def operations() -> list[Operation]:
    """Return the decisions about an order."""
    joins = (NotPossibleNow, TooManyConflicts, Purged)
    return [
        _operation(Action.RETRY, "Take up an order that needs attention again", joins),
        _operation(Action.CANCEL, "Withdraw an order that Bandwidth does not have"),
        _operation(Action.STEP_ASIDE, "Let the orders that wait for this one go first", joins),
        _operation(Action.CHECK, "Look at once at an order that Bandwidth has, or may have"),
    ]


def _operation(
    action: Action, does: str, problems: tuple[type[TrackerError], ...] = (NotPossibleNow, Purged)
) -> Operation:
    return Operation(
        "POST",
        f"{ACCOUNT}/orders/{{order_id:uuid}}/{action}",
        act,
        AUDITED[action],
        does,
        Scope.WRITE,
        answers={202: Answer("It is on disk; the order as it is now", WholeOrderJson, ("ETag",))},
        problems=problems,
        audited=True,
    )
