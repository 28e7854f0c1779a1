"""The calls about subscriptions: made, listed, shown, written anew and deleted, as at Bandwidth."""

from __future__ import annotations

from functools import partial
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

import structlog

from service.audit import Audit
from service.errors import NotFound, TooManyEndpoints
from service.events.subscriptions import no_subscription
from service.front.answers import empty, xml_answer
from service.front.entrance import enter
from service.front.operation import ACCOUNT, Call, Operation
from service.front.subscriptions import document
from service.front.subscriptions.refused import ROOT, WrongSubscription, duplicate
from service.front.subscriptions.wanted import wanted_by
from service.identifiers import is_id
from service.scopes import Scope
from service.store.auditing import Deed
from service.store.events.endpoints import MOST

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from service.events.subscriptions import Subscription

_ALL: Final = ACCOUNT + "/subscriptions"
_ONE: Final = _ALL + "/{subscription_id}"

log = structlog.get_logger()


def operations() -> list[Operation]:
    """Return the five calls; whoever may place orders may have itself told of them."""
    write: dict[str, Any] = {"root": ROOT, "scope": Scope.WRITE}
    return [
        Operation("POST", _ALL, _call(create), "front.createSubscription", **write),
        Operation("GET", _ALL, _call(all_), "front.listSubscriptions", ROOT),
        Operation("GET", _ONE, _call(get), "front.getSubscription", ROOT),
        Operation("PUT", _ONE, _call(put), "front.changeSubscription", **write),
        Operation("DELETE", _ONE, _call(delete), "front.deleteSubscription", **write),
    ]


async def create(request: Request) -> Response:
    """Keep a subscription: 201 without a body, and where it is."""
    desk, _, account_id = enter(request)
    wanted = await wanted_by(request)
    try:
        made = await desk.events.subscriptions.create(account_id, wanted)
    except TooManyEndpoints:
        said = f"Only {MOST} global subscriptions are permitted for any supported order-type"
        raise WrongSubscription(16006, said, HTTPStatus.CONFLICT) from None
    if made is None:
        raise duplicate()
    await _note(request, "front.createSubscription", made, wanted)
    address = request.url.replace(query="", fragment="")
    return empty(HTTPStatus.CREATED, {"Location": f"{str(address).rstrip('/')}/{made}"})


async def all_(request: Request) -> Response:
    """Show all subscriptions of the account that live."""
    desk, _, account_id = enter(request)
    subscriptions = desk.events.subscriptions
    found = await subscriptions.all(account_id)
    return xml_answer(document.document(found, await subscriptions.now(account_id)))


async def get(request: Request) -> Response:
    """Show one, in a list."""
    desk, _, account_id = enter(request)
    subscriptions = desk.events.subscriptions
    found = await subscriptions.get(account_id, _id(request))
    return xml_answer(document.document([found], await subscriptions.now(account_id)))


async def put(request: Request) -> Response:
    """Write one anew in full: what is left out is as if it had never been given."""
    desk, _, account_id = enter(request)
    subscription_id = _id(request)
    await desk.events.subscriptions.get(account_id, subscription_id)
    wanted = await wanted_by(request)
    if not await desk.events.subscriptions.replace(account_id, subscription_id, wanted):
        raise duplicate()
    await _note(request, "front.changeSubscription", subscription_id, wanted)
    return empty(HTTPStatus.OK)


async def delete(request: Request) -> Response:
    """Remove one with all that waits for it."""
    desk, _, account_id = enter(request)
    await desk.events.subscriptions.remove(account_id, _id(request))
    await _note(request, "front.deleteSubscription", _id(request))
    return empty(HTTPStatus.OK)


def _call(call: Call) -> Call:
    return partial(_answer, call)


async def _answer(call: Call, request: Request) -> Response:
    try:
        return await call(request)
    except WrongSubscription as wrong:
        return wrong.answer()
    except NotFound as error:
        return WrongSubscription(16000, error.detail).answer()


async def _note(request: Request, action: str, subscription_id: str, wanted: Subscription | None = None) -> None:
    desk, client, account_id = enter(request)
    about = f"{wanted.order_type} {wanted.order_id or ''}".rstrip() if wanted else ""
    what = "endpoint.subscribed" if wanted else "endpoint.unsubscribed"
    log.info(what, account=account_id, endpoint=subscription_id, client=client.id)
    await Audit(desk.store, desk.settings).note(account_id, Deed(client.id, action, subscription_id, about))


def _id(request: Request) -> str:
    """Return the id of the address; raises NotFound for what is none, which would name another key of the store."""
    given = str(request.path_params["subscription_id"]).lower()
    if not is_id(given):
        raise no_subscription(request.path_params["account_id"], given)
    return given
