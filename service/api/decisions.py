"""What a person decides about an order, over HTTP: `retry`, `cancel`, and `check` now."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import structlog

from service import decisions
from service.api.entrance import enter, find_order
from service.api.operation import ACCOUNT, Answer, Operation
from service.api.order_json import WholeOrderJson, order_json
from service.api.responses import etag, json_response
from service.errors import NotPossibleNow, Purged
from service.nudges import Nudges
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
    decided = await desk.book.decide(order, replace(DECISIONS[decision](order), by=client.id))
    return _decided(request, decision, order, decided)


async def check(request: Request) -> Response:
    """Have an order looked at now: 202 and the order as it is; 409 when there is nothing to look at."""
    desk, client, account_id = enter(request)
    order = await find_order(desk, account_id, request)
    await Nudges(desk.store, desk.bells).nudge(order, client.id)
    return _decided(request, "check", order, await find_order(desk, account_id, request))


def operations() -> list[Operation]:
    """Return the decisions about an order."""
    order = ACCOUNT + "/orders/{order_id:uuid}"
    does = {
        "retry": "Take up an order that needs attention again",
        "cancel": "Withdraw an order that Bandwidth does not have",
        "check": "Look at once at an order that Bandwidth has, or may have",
    }
    calls = dict.fromkeys(DECISIONS, decide) | {"check": check}
    return [
        Operation(
            "POST",
            f"{order}/{name}",
            call,
            f"{name}Order",
            does[name],
            Scope.WRITE,
            answers={202: Answer("It is on disk; the order as it is now", WholeOrderJson, ("ETag",))},
            problems=(NotPossibleNow, Purged),
            audited=True,
        )
        for name, call in calls.items()
    ]


def _decided(request: Request, decision: str, before: Order, now: Order) -> Response:
    _, client, account_id = enter(request)
    log.info(
        "order.decided",
        order=now.id,
        account=account_id,
        decision=decision,
        client=client.id,
        state_before=before.state,
        state=now.state,
    )
    return json_response(order_json(now, personal=client.sees_personal), 202, {"ETag": etag(now)})
