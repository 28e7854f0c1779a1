"""Lists of orders over HTTP: an account's, those of all accounts that a token may see, those that name a number."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from service.api import order_parameters
from service.api.entrance import caller, enter
from service.api.numbers import read_number
from service.api.operation import ACCOUNT, CURSOR, Answer, Operation, Parameter, limit
from service.api.order_json import OrderPageJson, summary_json
from service.api.responses import page_response
from service.doorway import order_filter, paging
from service.identifiers import is_id
from service.store import searching

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.requests import Request
    from starlette.responses import Response

    from service.store.server.connection import Store
    from service.store.wanted import Wanted

#: longest page
MOST: Final = 250


async def of_account(request: Request) -> Response:
    """Return an account's orders that the query asks for, newest first."""
    desk, _, account_id = enter(request)
    return await _page(request, desk.store, [account_id], order_filter.read(request))


async def of_all_accounts(request: Request) -> Response:
    """Return such orders of all accounts that the caller has, or of those that it names."""
    desk, client = caller(request)
    named = request.query_params.getlist("account")
    if not client.accounts.issuperset(named):
        raise paging.wrong("account", f"give one of {', '.join(sorted(client.accounts))}")
    accounts = sorted(set(named) or client.accounts)
    return await _page(request, desk.store, accounts, order_filter.read(request))


async def of_number(request: Request) -> Response:
    """Return the orders of an account that name a number, newest first."""
    desk, _, account_id = enter(request)
    wanted = replace(order_filter.read(request), telephone_number=read_number(request))
    return await _page(request, desk.store, [account_id], wanted)


def operations() -> list[Operation]:
    """Return the lists of orders. A number's comes before the number itself, whose address takes slashes."""
    pages, answers = (limit(MOST), CURSOR), {200: Answer("A page of orders", OrderPageJson, ("Link",))}
    account = Parameter("account", "Orders of this account; several times: of any of them.", many=True)
    return [
        Operation(
            "GET",
            ACCOUNT + "/orders",
            of_account,
            "listOrders",
            "An account's orders, newest first; a page may be short while there are more",
            parameters=(*order_parameters.parameters(), *pages),
            answers=answers,
        ),
        Operation(
            "GET",
            "/v1/orders",
            of_all_accounts,
            "listAllOrders",
            "Orders of all accounts that the token has, newest first; a page may be short while there are more",
            parameters=(account, *order_parameters.parameters(), *pages),
            answers=answers,
        ),
        Operation(
            "GET",
            ACCOUNT + "/numbers/{number:path}/orders",
            of_number,
            "listNumberOrders",
            "Orders that name a number, newest first",
            parameters=(*order_parameters.standing(), *pages),
            answers=answers,
        ),
    ]


async def _page(request: Request, store: Store, account_ids: Sequence[str], wanted: Wanted) -> Response:
    after = paging.cursor(request)
    if after is not None and not is_id(after):
        raise paging.wrong_cursor()
    page = await searching.search(store, account_ids, wanted, paging.limit(request, MOST), after)
    found: OrderPageJson = {
        "orders": [summary_json(each, personal=request.state.client.sees_personal) for each in page.orders],
        "next": paging.next_url(request, page.after),
    }
    return page_response(found)
