"""Locations for Bandwidth's clients: listed and fetched as Bandwidth shows them; a PUT becomes an order.

Bandwidth's PUT replaces a location whole. We carry its failover destination alone, keep all else as it is, and refuse
a PUT that says otherwise of anything else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from service import xml
from service.errors import BandwidthUnavailable, FieldError, MalformedRequest
from service.front.answers import xml_answer
from service.front.asking import ask
from service.front.entrance import enter
from service.front.operation import ACCOUNT, Operation
from service.front.places import difference, ordering
from service.front.places.address import PEER, PEERS, at_bandwidth
from service.front.veiling import mask
from service.kinds import shelf
from service.order_request.fields import CLEARED
from service.scopes import Scope

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from service.clients import Client
    from service.front.asking import Said
    from service.xml import Element

_KIND: Final = shelf()["location-failover"]
_ROOT: Final = "SipPeerResponse"
_SETTING: Final = "SipPeer"
#: Bandwidth's "%s is not allowed"
_NOT_ALLOWED: Final = "1005"


def operations() -> list[Operation]:
    """Return what may be called about locations."""
    return [
        Operation("GET", ACCOUNT + PEERS, listed, "front.locations", "TNSipPeersResponse"),
        Operation("GET", ACCOUNT + PEER, fetched, "front.location", _ROOT),
        Operation("PUT", ACCOUNT + PEER, replaced, "front.replaceLocation", _ROOT, Scope.WRITE),
    ]


async def listed(request: Request) -> Response:
    """Answer a site's locations."""
    return await _passed_on(request, PEERS)


async def fetched(request: Request) -> Response:
    """Answer a location."""
    return await _passed_on(request, PEER)


async def replaced(request: Request) -> Response:
    """Change a location's failover destination by an order, if the PUT asks for another one; answer the location."""
    desk, client, account_id = enter(request)
    asked = await ordering.read(request, _SETTING)
    path, place = at_bandwidth(request, PEER), ordering.place(request)
    # looked for before the location: what has left its line by now is shown there
    is_changing = await ordering.is_under_way(request, _KIND)
    said = await ask(desk, account_id, path)
    if not said.is_taken:
        return _answer(said, client)
    now = xml.descend(said.root, _SETTING)
    if now is None:
        raise BandwidthUnavailable("Bandwidth's answer shows no location.")
    _require_carried(asked, now)
    destination = _destination(asked)
    shown = xml.text(now, difference.DESTINATION) or CLEARED
    # to the letter: the user in a SIP address may differ by one
    if destination is None or (destination == shown and not is_changing):
        return _answer(said, client)
    made = await ordering.order(request, _KIND, {**place, "final_destination_uri": destination})
    if made.is_refused:
        return made.refused(_ROOT)
    _show(now, destination)
    return _answer(said, client, made.headers)


async def _passed_on(request: Request, pattern: str) -> Response:
    desk, client, account_id = enter(request)
    return _answer(await ask(desk, account_id, at_bandwidth(request, pattern)), client)


def _answer(said: Said, client: Client, headers: dict[str, str] | None = None) -> Response:
    if not client.sees_personal:
        mask(said.root, _KIND.personal_elements)
    return xml_answer(said.root, said.status, headers)


def _require_carried(asked: Element, now: Element) -> None:
    names = list(difference.others(asked, now))
    if names:
        told = ", ".join(names)
        detail = (
            f"{told} is not allowed: of a location only {difference.DESTINATION} is changed here, and {told} is said "
            "to be other than Bandwidth shows it. Leave it out, or change it at Bandwidth."
        )
        raise MalformedRequest(detail, (FieldError(f"/{names[0]}", detail, _NOT_ALLOWED),))


def _destination(asked: Element) -> str | None:
    """Return the destination that a PUT names, CLEARED for an empty one; None where it does not speak of it."""
    named = xml.child(asked, difference.DESTINATION)
    return None if named is None else (named.text or "").strip() or CLEARED


def _show(now: Element, destination: str) -> None:
    """Write the destination into the location, as the PUT's own answer shows it."""
    for each in list(xml.children(now, difference.DESTINATION)):
        now.remove(each)
    if destination != CLEARED:
        now.append(xml.element(difference.DESTINATION, destination))
