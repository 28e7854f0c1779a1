"""What a request wants of a subscription: its document, with the order that it names found among ours."""

from __future__ import annotations

from typing import TYPE_CHECKING

from service import bodies
from service.events.subscriptions import Subscription
from service.front.entrance import enter
from service.front.operation import LARGE
from service.front.subscriptions import request as reading
from service.front.subscriptions.refused import WrongSubscription
from service.identifiers import bandwidth_id
from service.store.naming import holder

if TYPE_CHECKING:
    from starlette.requests import Request

    from service.wiring import Desk


async def wanted_by(request: Request) -> Subscription:
    """Read the body of a POST or PUT; raises WrongSubscription, or what a body is refused by."""
    desk, _, account_id = enter(request)
    # its certificate is the longest of it, and what is longer would hold up others
    body = await bodies.read(request, min(LARGE, desk.settings.max_body_bytes), desk.settings.body_seconds)
    asked = reading.read(body, desk.events.subscriptions.check_url)
    return Subscription(
        url=asked.url,
        order_type=asked.order_type,
        kind=asked.kind,
        expiry=asked.expiry,
        order_id=await _order(desk, account_id, asked),
        username=asked.username,
        password=asked.password,
        certificate=asked.certificate,
        number_format=asked.number_format,
    )


async def _order(desk: Desk, account_id: str, asked: reading.Asked) -> str | None:
    """Return our id of the order that is named by ours or by Bandwidth's."""
    if asked.order_id is None:
        return None
    ours = await holder(desk.store, account_id, bandwidth_id(asked.order_id)) or asked.order_id
    found = await desk.book.get(account_id, ours)
    if found is None or found.kind != asked.kind:
        raise WrongSubscription(16004, f"Order {asked.order_id} of type {asked.order_type} doesn't exist")
    return ours
