"""What a person decides about an order, over HTTP: `retry` and `cancel`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import structlog

from service import decisions
from service.api.entrance import enter, find_order
from service.api.operation import ACCOUNT, Operation
from service.api.order_json import order_json
from service.api.responses import etag, json_response
from service.errors import NotPossibleNow
from service.scopes import Scope

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request
    from starlette.responses import Response

    from service.order import Order
    from service.report import Report

DECISIONS: Final[dict[str, Callable[[Order], Report]]] = {"retry": decisions.retry, "cancel": decisions.cancel}

log = structlog.get_logger()


async def decide(request: Request) -> Response:
    """Apply a decision: 202 and the order as it is now; 409 when the order does not take it."""
    desk, client, account_id = enter(request)
    order = await find_order(desk, account_id, request)
    decision = request.url.path.rpartition("/")[2]
    decided = await desk.book.decide(order, DECISIONS[decision](order))
    log.info(
        "order.decided",
        order=order.id,
        account=account_id,
        decision=decision,
        client=client.id,
        state_before=order.state,
        state=decided.state,
    )
    return json_response(order_json(decided), 202, {"ETag": etag(decided)})


def operations() -> list[Operation]:
    """Return the decisions about an order."""
    order = ACCOUNT + "/orders/{order_id:uuid}"
    does = {
        "retry": "Take up an order that needs attention again",
        "cancel": "Withdraw an order that Bandwidth does not have",
    }
    return [
        Operation(
            "POST", f"{order}/{name}", decide, f"{name}Order", does[name], Scope.WRITE, problems=(NotPossibleNow,)
        )
        for name in DECISIONS
    ]
