"""POST: an order is put on disk, then the answer is held until Bandwidth has taken or refused it."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import quote

from service.doorway import accepted, idempotency, refusing
from service.errors import InvalidOrder
from service.front.answers import about_orders, xml_answer
from service.front.entrance import enter
from service.front.orders import intake, parts, picture, repeats, shown
from service.front.orders.holding import hold
from service.front.orders.repeats import Wish
from service.lifecycle import State

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.requests import Request
    from starlette.responses import Response

    from service.book import Entered
    from service.carrier_errors import CarrierError
    from service.front.orders.intake import Asked
    from service.front.orders.picture import Picture
    from service.front.orders.resource import Resource
    from service.order import Order
    from service.xml import Element


async def submit(request: Request, resource: Resource) -> Response:
    """Accept an order: 201 with our id once it is on disk, or 400 with what Bandwidth said against it."""
    desk, client, _ = enter(request)
    asked = await intake.read(request, resource.kind)
    try:
        entered = await accept(request, resource, asked)
    except InvalidOrder as error:
        return invalid(request, resource, asked, error)
    order = await hold(request, entered.order)
    if order.state is State.REJECTED:
        seen = await picture.refused(desk, client, order)
        return await about_orders(order.total, lambda: rejected(resource, seen))
    headers = {"Location": _location(request, order.id)}
    if entered.replayed:
        headers[idempotency.REPLAYED] = "true"

    def created() -> Response:
        return xml_answer(resource.created(picture.taken(order, client)), HTTPStatus.CREATED, headers)

    return await about_orders(order.total, created)


async def accept(request: Request, resource: Resource, asked: Asked, amends: Order | None = None) -> Entered:
    """Put what is asked for on disk; raises as `repeats.accept`, InvalidOrder too for what would not be carried."""
    desk, client, account_id = enter(request)
    intake.require_known(asked)
    key = idempotency.key(request)
    entered = await repeats.accept(desk, Wish(account_id, resource.kind, asked.body, client.id, key, amends))
    accepted.tell(entered, client)
    return entered


def invalid(request: Request, resource: Resource, asked: Asked, error: InvalidOrder) -> Response:
    """Answer 400 with every reason why nothing was stored, in the shape of the resource."""
    refusing.tell(request, error)
    _, client, _ = enter(request)
    errors = intake.errors_of(error, resource.kind)
    return refused(resource, errors, intake.echo(asked, resource.kind, client))


def rejected(resource: Resource, seen: Picture) -> Response:
    """Answer 400 as Bandwidth did; that the order was made and refused stays in our records."""
    echo = [each for each in (parts.reference(seen.order), *shown.parts(seen.order)) if each is not None]
    return refused(resource, seen.errors, echo)


def refused(resource: Resource, errors: Sequence[CarrierError], echo: Sequence[Element]) -> Response:
    """Answer 400 in the shape of the resource; 409 where Bandwidth does."""
    some = errors or [intake.BAD_REQUEST]
    is_conflict = some[0].code in resource.conflicts
    status = HTTPStatus.CONFLICT if is_conflict else HTTPStatus.BAD_REQUEST
    return xml_answer(resource.refused(some, echo), status)


def _location(request: Request, order_id: str) -> str:
    """Return where the order is, as Bandwidth tells it: absolute, under the name by which the client called."""
    # as it was given: a name that is none is no reason to fail once the order is on disk
    host, path = request.headers.get("host", ""), quote(request.scope["path"].rstrip("/"))
    return f"{request.scope['scheme']}://{host}{path}/{order_id}" if host else f"{path}/{order_id}"
