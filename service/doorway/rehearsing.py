"""Rehearsing an order for somebody: what it would be, and the request that would be sent, masked."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import structlog

from service import xml
from service.doorway.personal import Veil
from service.rehearsal import Rehearsal
from service.report import Document

if TYPE_CHECKING:
    from service.clients import Client
    from service.exchange import Exchange
    from service.kind import Kind
    from service.order import NewOrder, Order
    from service.rehearsal import Rehearsed
    from service.wiring import Desk

log = structlog.get_logger()


async def rehearse(desk: Desk, client: Client, kind: Kind, new: NewOrder, seconds: float) -> tuple[Order, Rehearsed]:
    """Return an order as it would be accepted now, and what would be sent; nothing is stored or changed.

    Raises what accepting it would raise, and BandwidthUnavailable where Bandwidth does not tell in so many seconds what
    must be read before.
    """
    rehearsal = Rehearsal(desk.store, desk.connection, desk.turns)
    order = await rehearsal.accept(new, desk.settings.max_conflicts)
    talk = kind.submit(order, desk.requests.unsealed(order, kind))
    done = await rehearsal.lead(order, talk, partial(desk.book.answer, order), seconds)
    log.info("order.rehearsed", account=order.account_id, kind=kind.name, client=client.id, numbers=order.total)
    return order, done


def body(order: Order, exchange: Exchange, kind: Kind, client: Client) -> str:
    """Return the XML that an exchange would send: secrets masked, and names and addresses for whom they are not."""
    sent = Document("sent", exchange.path, xml.masked(exchange.body or b"", kind.secret_elements))
    return Veil(order, lifted=client.sees_personal).document(sent).xml
