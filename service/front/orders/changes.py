"""PUT: an open order is changed at Bandwidth by an order of ours behind it, and answered as changed."""

from __future__ import annotations

from dataclasses import replace
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from service.carrier_errors import CarrierError
from service.doorway import idempotency, refusing
from service.errors import InvalidOrder, NotPossibleNow
from service.front.answers import about_orders, xml_answer
from service.front.entrance import enter
from service.front.orders import finding, intake, picture, submissions
from service.front.orders.holding import hold
from service.lifecycle import State
from service.notification import STATUSES

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from service.front.orders.resource import Resource
    from service.order import Order

_FAILED: Final = CarrierError("16106", "Order cannot be changed or cancelled because it is already failed")
_IN_PROCESS: Final = CarrierError("16105", "Order cannot be changed or cancelled because it is already being processed")
_FAILURES: Final = frozenset({State.FAILED, State.REJECTED, State.CANCELLED})


async def change(request: Request, resource: Resource) -> Response:
    """Change an order: 200 with the order as changed, or 400 with why it cannot be changed."""
    desk, client, _ = enter(request)
    asked = await intake.read(request, resource.kind)
    # behind the body, which may take a while: a change that came meanwhile is one that this one follows
    target = await finding.order(request, resource.kind)
    try:
        _require_changeable(target)
        entered = await submissions.accept(request, resource, asked, target)
    except InvalidOrder as error:
        return submissions.invalid(request, resource, asked, error)
    except NotPossibleNow as error:
        refusing.tell(request, error)
        return submissions.refused(resource, [_why(target, error)], ())
    made = await hold(request, entered.order)
    if made.state is State.REJECTED:
        return submissions.refused(resource, (await picture.refused(desk, client, made)).errors, ())
    changed = replace(
        target,
        request=made.request,
        customer_order_id=made.customer_order_id or target.customer_order_id,
        updated_at=max(made.created_at, target.updated_at),
    )
    headers = {idempotency.REPLAYED: "true"} if entered.replayed else {}

    def told() -> Response:
        seen = picture.taken(changed, client, STATUSES[target.state])
        return xml_answer(resource.report(seen), HTTPStatus.OK, headers)

    return await about_orders(changed.total, told)


def _require_changeable(target: Order) -> None:
    if target.amends:
        raise NotPossibleNow(f"This order changes order {target.amends}: change that one again instead.")


def _why(target: Order, error: NotPossibleNow) -> CarrierError:
    """Say in Bandwidth's words why an order takes no change, and in ours where those say nothing of it."""
    if target.state in _FAILURES:
        return _FAILED
    if target.state in (State.COMPLETE, State.PARTIAL):
        return _IN_PROCESS
    return replace(_IN_PROCESS, description=error.detail)
