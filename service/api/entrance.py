"""What every call does first: who calls, may it do so, on which account, about which order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.api import paging
from service.clients import require_left
from service.errors import NotFound, Purged
from service.store import purging
from service.times import iso

if TYPE_CHECKING:
    from starlette.requests import Request

    from service.api.operation import Operation
    from service.clients import Client
    from service.order import Order
    from service.wiring import Desk


async def admit(request: Request, operation: Operation) -> None:
    """Let a caller in.

    Raises Unauthenticated, RateLimited, NotFound, ScopeMissing, MalformedRequest for its query, or StoreUnavailable
    for a token that only the store can tell of.
    """
    desk: Desk = request.app.state.desk
    client = await desk.clients.authenticate(request.headers.getlist("authorization"))
    request.state.client = client
    request.state.left = left = desk.clients.count(client)
    require_left(left)
    if (account_id := request.path_params.get("account_id")) is not None:
        client.require_account(account_id)
    client.require_scope(operation.scope)
    if request.scope["path"].endswith("\n"):
        raise NotFound  # Starlette's patterns end in `$`, which a line feed may follow
    if not operation.hidden:
        paging.only(request, operation.query)


def enter(request: Request) -> tuple[Desk, Client, str]:
    """Return the desk, who calls, and the account of the address."""
    return request.app.state.desk, request.state.client, request.path_params["account_id"]


def caller(request: Request) -> tuple[Desk, Client]:
    """Return the desk and who calls, at an address of no account."""
    return request.app.state.desk, request.state.client


async def find_order(desk: Desk, account_id: str, request: Request) -> Order:
    """Return the order that the address names; raises NotFound, or Purged for one that was purged of late."""
    order_id = str(request.path_params["order_id"])
    order = await desk.book.get(account_id, order_id)
    if order is None:
        raise await _gone(desk, account_id, order_id)
    return order


async def _gone(desk: Desk, account_id: str, order_id: str) -> NotFound | Purged:
    was = await purging.tombstone(desk.store, account_id, order_id)
    if was is None:
        return NotFound(f"There is no order {order_id} in account {account_id}.")
    ended, purged = iso(was.completed_at), iso(was.purged_at)
    return Purged(f"Order {order_id} ({was.kind}) ended on {ended}, state {was.state}, and was purged on {purged}.")
