"""Making an endpoint and changing one: a form that shows every wrong field beside its input."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final

import structlog

from service.dashboard import deeds, frame
from service.dashboard.endpoints.listed import ENDPOINT, name
from service.dashboard.entrance import enter, form
from service.dashboard.page import ACCOUNT, ROOT, Page
from service.doorway import endpoint_request
from service.errors import InvalidEndpoint, SubscribedEndpoint, TooManyEndpoints
from service.event import TYPES
from service.events.endpoints import Wish
from service.identifiers import new_id
from service.kinds import shelf
from service.scopes import Scope

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from service.dashboard.forms import Form
    from service.errors import Refused

#: where what is wrong with no single field stands
_WHOLE: Final = ""

log = structlog.get_logger()


async def new(request: Request) -> Response:
    """Ask what a new endpoint is to be."""
    return _ask(request, asdict(Wish("")), key=new_id())


async def create(request: Request) -> Response:
    """Make an endpoint and show its secret; the same form again makes no second one, and shows the same secret."""
    desk, client, account_id = enter(request)
    sent, said = form(request), _said(form(request))
    endpoints = desk.events.endpoints
    try:
        wish = endpoint_request.read(said, endpoints.check_url)
        once = endpoints.once(account_id, client.id, f"dashboard {sent.get('key', '')[:100]}", said)
        made = await endpoints.create(account_id, wish, once)
    except (InvalidEndpoint, TooManyEndpoints) as error:
        return _ask(request, said, error, key=sent.get("key", ""))
    if not made.replayed:
        log.info("endpoint.created", account=account_id, endpoint=made.endpoint.id, client=client.id)
        await deeds.note(request, "createEndpoint", made.endpoint.id)
    return frame.show(request, "endpoint_secret.html", endpoint=made.endpoint, secret=made.secret, is_new=True)


async def edit(request: Request) -> Response:
    """Ask what an endpoint is to be from now on."""
    desk, _, account_id = enter(request)
    endpoint = await desk.events.endpoints.get(account_id, name(request))
    if endpoint.subscribed:
        raise SubscribedEndpoint
    return _ask(request, asdict(Wish.of(endpoint)), endpoint_id=endpoint.id, version=endpoint.version)


async def change(request: Request) -> Response:
    """Change an endpoint, unless somebody else has done so since the form was shown."""
    desk, client, account_id = enter(request)
    before = await desk.events.endpoints.get(account_id, name(request))
    was, said = Wish.of(before), _said(form(request))
    place: dict[str, Any] = {"endpoint_id": before.id, "version": before.version}
    if form(request).get("version") != str(before.version):
        return _ask(request, asdict(was), **place, is_stale=True)
    try:
        wish = endpoint_request.read(said, desk.events.endpoints.check_url, was)
    except InvalidEndpoint as error:
        return _ask(request, said, error, **place)
    changed = await desk.events.endpoints.change(account_id, before.id, wish, was)
    log.info("endpoint.changed", account=account_id, endpoint=before.id, client=client.id, enabled=changed.enabled)
    await deeds.note(request, "changeEndpoint", before.id, f"changes {', '.join(_differing(was, wish)) or 'nothing'}")
    return frame.see_other(f"{ROOT}/accounts/{account_id}/endpoints/{before.id}")


def pages() -> list[Page]:
    """Return the forms, and what they do."""
    return [
        Page("GET", ACCOUNT + "/endpoints/new", new, Scope.ADMIN),
        Page("POST", ACCOUNT + "/endpoints/new", create, Scope.ADMIN),
        Page("GET", ENDPOINT + "/edit", edit, Scope.ADMIN),
        Page("POST", ENDPOINT + "/edit", change, Scope.ADMIN),
    ]


def _said(sent: Form) -> dict[str, Any]:
    """Return what a form says as the API's body would."""
    return {
        "url": sent.get("url", "").strip(),
        "description": sent.get("description", "").strip(),
        "types": sent.getlist("types"),
        "kinds": sent.getlist("kinds"),
        "enabled": "enabled" in sent,
    }


def _ask(request: Request, said: dict[str, Any], error: Refused | None = None, **place: Any) -> Response:
    """Show the form as it was filled in, each wrong field with what to give."""
    shown = {"endpoint_id": None, "version": None, "key": None, "is_stale": False, **place}
    status = error.status if error else 409 if shown["is_stale"] else 200
    words = {"said": said, "errors": _by_field(error), "types": TYPES, "kinds": sorted(shelf())}
    return frame.show(request, "endpoint_form.html", status, **words, **shown)


def _by_field(error: Refused | None) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for each in error.errors if error else ():
        found.setdefault(each.pointer.split("/")[1], []).append(each.detail)
    return found if found or error is None else {_WHOLE: [error.detail]}


def _differing(was: Wish, wish: Wish) -> list[str]:
    before = asdict(was)
    return sorted(each for each, value in asdict(wish).items() if value != before[each])
