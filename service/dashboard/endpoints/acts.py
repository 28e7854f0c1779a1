"""What is done to an endpoint by one button: each says first what will happen."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Final, TypeAlias

import structlog

from service.dashboard import deeds, frame
from service.dashboard.endpoints.listed import ENDPOINT, name
from service.dashboard.entrance import enter, form
from service.dashboard.page import ROOT, Page
from service.errors import EndpointOff
from service.events.endpoints import Wish
from service.scopes import Scope
from service.store.events.endpoints import Endpoint

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

#: does it to an endpoint as it is now, and returns where the result shows
Do: TypeAlias = Callable[["Request", Endpoint], Awaitable["Response"]]

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Act:
    """Something to do; `will` says what happens by it. Where it is `exact`, it is done only to what was seen."""

    word: str
    title: str
    will: tuple[str, ...]
    button: str
    do: Do
    danger: bool = False
    exact: bool = True


async def preview(act: Act, request: Request) -> Response:
    """Show what will happen."""
    desk, _, account_id = enter(request)
    return _show(request, act, await desk.events.endpoints.get(account_id, name(request)))


async def do(act: Act, request: Request) -> Response:
    """Do it, unless the endpoint has changed since it was seen."""
    desk, _, account_id = enter(request)
    endpoint = await desk.events.endpoints.get(account_id, name(request))
    if act.exact and form(request).get("version") != str(endpoint.version):
        return _show(request, act, endpoint, 409, "It was changed since you saw it: this is how it stands now.")
    try:
        return await act.do(request, endpoint)
    except EndpointOff:
        return _show(request, act, endpoint, 409, "It is switched off: switch it on first.")


def pages() -> list[Page]:
    """Return each act's preview and what does it."""
    previews = [Page("GET", f"{ENDPOINT}/{each.word}", partial(preview, each), Scope.ADMIN) for each in _ACTS]
    return [*previews, *(Page("POST", f"{ENDPOINT}/{each.word}", partial(do, each), Scope.ADMIN) for each in _ACTS)]


def _show(request: Request, act: Act, endpoint: Endpoint, status: int = 200, refusal: str = "") -> Response:
    return frame.show(
        request,
        "endpoint_act.html",
        status,
        act=act,
        version=endpoint.version,
        subject=endpoint.url,
        back=_path(endpoint),
        refusal=refusal,
    )


def _path(endpoint: Endpoint) -> str:
    return f"{ROOT}/accounts/{endpoint.account_id}/endpoints/{endpoint.id}"


async def _ping(request: Request, endpoint: Endpoint) -> Response:
    desk, _, account_id = enter(request)
    await desk.events.endpoints.ping(account_id, endpoint.id)
    desk.bells.announce(account_id)
    await deeds.note(request, "pingEndpoint", endpoint.id)
    return frame.see_other(_path(endpoint))


async def _switch(request: Request, endpoint: Endpoint, *, enabled: bool) -> Response:
    desk, client, account_id = enter(request)
    was = Wish.of(endpoint)
    changed = await desk.events.endpoints.change(account_id, endpoint.id, replace(was, enabled=enabled), was)
    log.info("endpoint.changed", account=account_id, endpoint=endpoint.id, client=client.id, enabled=changed.enabled)
    await deeds.note(request, "changeEndpoint", endpoint.id, f"switches it {'on' if enabled else 'off'}")
    return frame.see_other(_path(endpoint))


async def _rotate(request: Request, endpoint: Endpoint) -> Response:
    desk, client, account_id = enter(request)
    changed, secret = await desk.events.endpoints.rotate(account_id, endpoint.id)
    log.info("endpoint.rotated", account=account_id, endpoint=changed.id, client=client.id)
    await deeds.note(request, "rotateEndpoint", endpoint.id)
    return frame.show(request, "endpoint_secret.html", endpoint=changed, secret=secret, is_new=False)


async def _remove(request: Request, endpoint: Endpoint) -> Response:
    desk, client, account_id = enter(request)
    await desk.events.endpoints.remove(account_id, endpoint.id)
    log.info("endpoint.removed", account=account_id, endpoint=endpoint.id, client=client.id)
    await deeds.note(request, "deleteEndpoint", endpoint.id)
    return frame.see_other(f"{ROOT}/accounts/{account_id}/endpoints")


_ACTS: Final = (
    Act(
        "ping",
        "Send a test event",
        (
            "An event of the type ping is sent, signed as all others are.",
            "It stands first among the deliveries within a second or two, with what the receiver answered.",
        ),
        "Send it",
        _ping,
        exact=False,
    ),
    Act(
        "switch-on",
        "Switch on",
        (
            "Its failures are forgotten, and what waits for it is sent at once.",
            "Events that came while it was off were not kept for it: replay those since a time.",
        ),
        "Switch it on",
        partial(_switch, enabled=True),
    ),
    Act(
        "switch-off",
        "Switch off",
        ("Nothing more is sent to it, and new events are not kept for it.", "What waits stays, for 7 days at most."),
        "Switch it off",
        partial(_switch, enabled=False),
    ),
    Act(
        "rotate",
        "Give it a new secret",
        (
            "A new secret is made and shown once, on the next page. It signs every event from then on.",
            "For a day the old secret signs beside it: give the receiver the new one in that time.",
            "Done twice within ten minutes, the first new secret is replaced, and the old one signs on.",
        ),
        "Make a new secret",
        _rotate,
    ),
    Act(
        "remove",
        "Remove the endpoint",
        (
            "It is removed with its secret and all its deliveries, those that wait too. Nobody brings it back.",
            "To stop it for a while, switch it off instead.",
        ),
        "Remove it for good",
        _remove,
        danger=True,
    ),
)
