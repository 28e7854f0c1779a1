"""What every call does first: who calls, may it do so, on which account, about which order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.clients import require_left
from service.doorway import finding, paging

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
    finding.require_whole(request)
    if request.scope["query_string"] and not operation.hidden:
        paging.only(request, {each.name: each.many for each in operation.query})


def enter(request: Request) -> tuple[Desk, Client, str]:
    """Return the desk, who calls, and the account of the address."""
    return request.app.state.desk, request.state.client, request.path_params["account_id"]


def caller(request: Request) -> tuple[Desk, Client]:
    """Return the desk and who calls, at an address of no account."""
    return request.app.state.desk, request.state.client


async def find_order(desk: Desk, account_id: str, request: Request) -> Order:
    """Return the order that the address names; raises NotFound, or Purged for one that was purged of late."""
    return await finding.order(desk, account_id, str(request.path_params["order_id"]))
