"""Deciding: one action of a person on one order, done and told to the log. All doors decide through here."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import structlog

from service.decisions import DECISIONS
from service.nudges import Nudges
from service.prospects import Action

if TYPE_CHECKING:
    from collections.abc import Mapping

    from service.order import Order
    from service.wiring import Desk

#: the actions that are done to an order itself, as the audit names them
AUDITED: Final[Mapping[Action, str]] = {
    Action.CANCEL: "cancelOrder",
    Action.RETRY: "retryOrder",
    Action.CHECK: "checkOrder",
    Action.STEP_ASIDE: "stepOrderAside",
}

log = structlog.get_logger()


async def decide(desk: Desk, order: Order, action: Action, client_id: str) -> Order:
    """Do one of AUDITED to an order as the person saw it; returns the order as it is now.

    Raises NotPossibleNow where it does not take that, or has changed since; TooManyConflicts; NotFound; or
    StoreUnavailable, after which the order tells whether it was heard.
    """
    now = await _done(desk, order, action, client_id)
    log.info(
        "order.decided",
        order=order.id,
        account=order.account_id,
        decision=str(action),
        client=client_id,
        state_before=order.state,
        state=now.state,
        trace=order.trace.id,
    )
    return now


async def _done(desk: Desk, order: Order, action: Action, client_id: str) -> Order:
    if action is not Action.CHECK:
        return await desk.book.decide(order, replace(DECISIONS[action](order), by=client_id))
    await Nudges(desk.store, desk.bells).nudge(order, client_id)
    return await desk.book.get(order.account_id, order.id) or order
