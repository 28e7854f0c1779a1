"""The line of the log about an order that was accepted, whichever door it came by."""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog

if TYPE_CHECKING:
    from service.book import Entered
    from service.clients import Client

log = structlog.get_logger()


def tell(entered: Entered, client: Client) -> None:
    """Log an order that is on disk."""
    order = entered.order
    log.info(
        "order.accepted",
        order=order.id,
        account=order.account_id,
        kind=order.kind,
        client=client.id,
        numbers=order.total,
        state=order.state,
        held_by=order.held_by,
        amends=order.amends,
        retries=order.retries,
        replayed=entered.replayed,
        trace=order.trace.id,
    )
