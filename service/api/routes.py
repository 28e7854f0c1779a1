"""Every operation of the API, and the routes that lead to them."""

from __future__ import annotations

from functools import cache, partial
from typing import TYPE_CHECKING

from starlette.routing import Route

from service.api import audit, event_operations, numbers, order_operations, orphans, subscriptions
from service.api.entrance import admit
from service.api.exit import leave
from service.api.metrics import scrape
from service.doorway.spanned import answered

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.requests import Request
    from starlette.responses import Response

    from service.api.operation import Operation


@cache
def operations() -> tuple[Operation, ...]:
    """Return what internal services may call."""
    return (
        *order_operations.operations(),
        *numbers.operations(),
        *subscriptions.operations(),
        *orphans.operations(),
        *event_operations.operations(),
        *audit.operations(),
        *scrape.operations(),
    )


def routes() -> list[Route]:
    """Return one route for each address, so that a refused method names all that it takes."""
    found: dict[tuple[str, bool], list[Operation]] = {}
    # what only refuses comes last, and apart: a method that it refuses is not one that the address takes
    for each in sorted(operations(), key=lambda each: each.hidden):
        found.setdefault((each.path, each.hidden), []).append(each)
    return [_route(path, some) for (path, _), some in found.items()]


async def _call(request: Request, operation: Operation) -> Response:
    await admit(request, operation)
    answer = await operation.call(request)
    await leave(request, operation, answer)
    return answer


def _route(path: str, some: Sequence[Operation]) -> Route:
    by_method = {str(each.method): each for each in some}

    async def call(request: Request) -> Response:
        operation = by_method["GET" if request.method == "HEAD" else request.method]
        return await answered(request, operation, partial(_call, request, operation))

    return Route(path, call, methods=list(by_method))
