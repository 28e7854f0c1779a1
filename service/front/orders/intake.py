"""Reading a request in Bandwidth's XML: the JSON body of its kind, or every reason why it is not taken.

An element that would not be carried refuses the order: one that silently loses a setting is a lost setting.
"""

from __future__ import annotations

import asyncio
from copy import deepcopy
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from service import bodies, xml
from service.carrier_errors import CarrierError
from service.errors import FieldError, InvalidOrder, MalformedRequest, UnsupportedMedia
from service.front.entrance import enter
from service.front.operation import LARGE
from service.front.orders import places
from service.order_resource.vocabulary import objections

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.requests import Request

    from service.clients import Client
    from service.kind import Kind
    from service.order_resource.vocabulary import Objection, OrderXml
    from service.xml import Element

#: Bandwidth's code for what is not allowed, and for a request that makes no sense
_NOT_ALLOWED: Final = "1005"
_BAD: Final = "1019"
#: where nothing is told
BAD_REQUEST: Final = CarrierError(_BAD, "Bad request encountered. Please check your request and try again.")
#: errors that one answer lists
_LISTED: Final = 100


@dataclass(frozen=True, slots=True)
class Asked:
    """What a request asks for: the order's element, the JSON body of its kind, and what of it would not be carried."""

    element: Element
    body: dict[str, Any]
    against: tuple[Objection, ...]
    #: it is too large to be repeated to its client
    is_large: bool


async def read(request: Request, kind: Kind) -> Asked:
    """Return what a request asks for; raises MalformedRequest, UnsupportedMedia and what `bodies.read` raises."""
    desk, _, _ = enter(request)
    if request.headers.get("content-encoding", "identity").lower() != "identity":
        raise UnsupportedMedia("Send the body uncompressed: no Content-Encoding.")
    raw = await bodies.read(request, desk.settings.max_body_bytes, desk.settings.body_seconds)
    wire = kind.xml
    assert wire is not None  # noqa: S101  (every resource here is of a kind that has orders at Bandwidth)
    if len(raw) > LARGE:
        return await asyncio.to_thread(_asked, raw, wire)
    return _asked(raw, wire)


def require_known(asked: Asked) -> None:
    """Raise InvalidOrder, with Bandwidth's 1005, for elements that would not be carried."""
    errors = (FieldError(each.path, f"{each.path} is not allowed: {each.why}.", _NOT_ALLOWED) for each in asked.against)
    if told := tuple(errors):
        raise InvalidOrder(errors=told)


def errors_of(error: InvalidOrder, kind: Kind) -> list[CarrierError]:
    """Say what is wrong with a request in Bandwidth's codes, each with the element that it is about."""
    return [CarrierError(each.code or _BAD, places.said(each, kind)) for each in error.errors[:_LISTED]]


def echo(asked: Asked, kind: Kind, client: Client) -> Sequence[Element]:
    """Return the parts of a request to be repeated to its client: secrets masked, and names as everywhere.

    None of a large one: to repeat it takes longer than others should wait.
    """
    if asked.is_large:
        return ()
    repeated = deepcopy(asked.element)
    hidden = kind.secret_elements | (frozenset() if client.sees_personal else kind.personal_elements)
    xml.mask(repeated, {each.lower() for each in hidden})
    known = {each.name.lower() for each in kind.xml.vocabulary.parts if not each.told} if kind.xml else set()
    return [each for each in repeated if xml.name(each) in known]


def _asked(raw: bytes, wire: OrderXml) -> Asked:
    try:
        root = xml.parse(raw)
    except xml.UnreadableXml as error:
        raise MalformedRequest(f"The body is no XML that is taken: {error}.") from None
    if xml.name(root) != wire.name.lower():
        raise MalformedRequest(f"The body's root is {str(root.tag)[:60]}: this address takes {wire.name}.")
    against = tuple(islice(objections(root, wire.vocabulary), _LISTED))
    return Asked(root, wire.read(root), against, len(raw) > LARGE)
