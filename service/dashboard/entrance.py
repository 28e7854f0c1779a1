"""What every page does first: who has signed in, may they see it, and was it one of our forms."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from service.clients import require_left
from service.dashboard import forms, session
from service.doorway import finding, paging
from service.errors import Unauthenticated

if TYPE_CHECKING:
    from starlette.requests import Request

    from service.clients import Client
    from service.dashboard.forms import Form
    from service.dashboard.page import Page
    from service.order import Order
    from service.wiring import Desk

_SIGNED_OUT: Final = "Nobody is signed in here, or the session has ended: nothing was done. Sign in, then do it again."


async def admit(request: Request, page: Page) -> None:
    """Let somebody in; a form that was sent is read, proved, and kept for `form`.

    Raises Unauthenticated, RateLimited, NotFound, ScopeMissing, MalformedRequest, or StoreUnavailable.
    """
    if page.method == "POST":
        forms.require_own_site(request)
    if not page.open:
        await _know(request, page)
    if page.method == "POST":
        request.state.form = await forms.read(request)
        if not page.open:
            forms.require_proof(request.state.form, request.state.session)


def enter(request: Request) -> tuple[Desk, Client, str]:
    """Return the desk, who has signed in, and the account of the address."""
    return request.app.state.desk, request.state.client, request.path_params["account_id"]


def caller(request: Request) -> tuple[Desk, Client]:
    """Return the desk and who has signed in, at an address of no account."""
    return request.app.state.desk, request.state.client


def form(request: Request) -> Form:
    """Return the form that was sent."""
    sent: Form = request.state.form
    return sent


async def find_order(request: Request) -> Order:
    """Return the order that the address names; raises NotFound, or Purged for one that was purged of late."""
    desk, _, account_id = enter(request)
    return await finding.order(desk, account_id, str(request.path_params["order_id"]))


async def _know(request: Request, page: Page) -> None:
    """Learn who has signed in, before anything else of the request is read, and whether that may see the page."""
    held = session.of(request)
    if held is None:
        raise Unauthenticated(_SIGNED_OUT)
    desk: Desk = request.app.state.desk
    client = await desk.clients.authenticate([f"Bearer {held.token}"])
    request.state.client, request.state.session = client, held
    require_left(desk.clients.count(client))
    if (account_id := request.path_params.get("account_id")) is not None:
        client.require_account(account_id)
    client.require_scope(page.scope)
    finding.require_whole(request)
    paging.only(request, page.query)
