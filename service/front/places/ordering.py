"""Changes in place as orders: a PUT's body is read, its order is put on disk, and its outcome is waited for."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from service import bodies, xml
from service.doorway import accepted
from service.doorway.personal import masked_order
from service.errors import MalformedRequest, UnsupportedMedia
from service.front.answers import response_status, xml_answer
from service.front.entrance import enter
from service.front.operation import LARGE
from service.front.orders.holding import hold
from service.lifecycle import State
from service.store import followers

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from service.kind import Kind
    from service.order import Order
    from service.xml import Element

#: where the answer to a PUT, which has no id in Bandwidth's shape, tells of its order
ORDER: Final = "X-Order-Id"


@dataclass(frozen=True, slots=True)
class Made:
    """The order that a PUT has become, as it is after the wait; personal data masked as its client may see it."""

    order: Order

    @property
    def is_refused(self) -> bool:
        """Whether Bandwidth refused it."""
        return self.order.state is State.REJECTED

    @property
    def headers(self) -> dict[str, str]:
        """What the answer says beside its document."""
        return {ORDER: self.order.id}

    def refused(self, root: str) -> Response:
        """Answer Bandwidth's refusal; 409 where it went on working on another change."""
        said = next(iter(self.order.errors), None)
        code, description = (said.code, said.description) if said else (None, "")
        status = HTTPStatus.CONFLICT if code is None and self.order.conflicts else HTTPStatus.BAD_REQUEST
        return xml_answer(response_status(root, description, code), status, self.headers)


async def read(request: Request, setting: str) -> Element:
    """Return the setting that a body holds, bare or wrapped.

    Raises MalformedRequest, BodyTooLarge, RequestTimeout, UnsupportedMedia.
    """
    if request.headers.get("content-encoding", "identity").lower() != "identity":
        raise UnsupportedMedia("Send the body uncompressed: no Content-Encoding.")
    settings = request.app.state.desk.settings
    # no location has more to say, and what is longer would hold up others
    body = await bodies.read(request, min(LARGE, settings.max_body_bytes), settings.body_seconds)
    try:
        found = xml.descend(xml.parse(body), setting)
    except xml.UnreadableXml as error:
        raise MalformedRequest(f"Bad request encountered: {error}.") from None
    if found is None:
        raise MalformedRequest(f"Bad request encountered: the body is no {setting}.")
    return found


def place(request: Request) -> dict[str, str]:
    """Return the location that the address names, as orders name it."""
    return {"site_id": request.path_params["site_id"], "sip_peer_id": request.path_params["peer_id"]}


async def is_under_way(request: Request, kind: Kind) -> bool:
    """Tell whether an open order is about the address's location: what shows there now will change."""
    desk, _, account_id = enter(request)
    subject = "/".join(place(request).values())
    return await followers.last_in_line(desk.store, account_id, kind.family, subject) is not None


async def order(request: Request, kind: Kind, fields: dict[str, str]) -> Made:
    """Put an order on disk and wait until Bandwidth has taken or refused it, for as long as a client is held.

    Raises InvalidOrder with every wrong field, TooManyConflicts, NotCommitted, StoreUnavailable.
    """
    desk, client, account_id = enter(request)
    entered = await desk.book.accept(desk.requests.new_order(account_id, kind, fields, client.id, None))
    accepted.tell(entered, client)
    made = await hold(request, entered.order)
    return Made(made if client.sees_personal else masked_order(made))
