"""Every page of the dashboard, and the routes that lead to them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.routing import Route

from service.dashboard import account_pages, actions, files, health, orders, refusals, signing_in
from service.dashboard.entrance import admit
from service.dashboard.order import pages as order
from service.dashboard.page import ROOT, Page
from service.errors import MethodNotAllowed, NotFound, TrackerError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from starlette.requests import Request
    from starlette.responses import Response


def pages() -> list[Page]:
    """Return what there is to see and to do."""
    return [
        *files.pages(),
        *signing_in.pages(),
        *orders.pages(),
        *order.pages(),
        *actions.pages(),
        *health.pages(),
        *account_pages.pages(),
        Page("GET", ROOT + "/{path:path}", _nothing),
    ]


def routes() -> list[Route]:
    """Return one route for each address."""
    by_path: dict[str, list[Page]] = {}
    for each in pages():
        by_path.setdefault(each.path, []).append(each)
    return [_route(path, some) for path, some in by_path.items()]


def _route(path: str, some: Sequence[Page]) -> Route:
    by_method = {str(each.method): each for each in some}

    async def call(request: Request) -> Response:
        try:
            page = _taken(request, by_method)
            await admit(request, page)
            return await page.call(request)
        except TrackerError as error:
            return refusals.page(request, error)
        except Exception as error:  # noqa: BLE001  (a person is told in words, whatever it was)
            return refusals.bug(request, error)

    return Route(path, call, methods=["GET", "POST"])


def _taken(request: Request, by_method: Mapping[str, Page]) -> Page:
    page = by_method.get("GET" if request.method == "HEAD" else request.method)
    if page is None:
        raise MethodNotAllowed(", ".join(by_method))
    return page


async def _nothing(request: Request) -> Response:
    raise NotFound(f"There is no page {request.scope['path'][:100]}.")
