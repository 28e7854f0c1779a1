"""Every operation of the API, and the routes that lead to them."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from starlette.routing import Route

from service.api import audit, event_operations, numbers, order_operations, orphans, subscriptions
from service.api.entrance import admit
from service.api.exit import leave

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
    )


def routes() -> list[Route]:
    """Return one route for each address, so that a refused method names all that it takes."""
    by_path: dict[str, list[Operation]] = {}
    # what only refuses comes last
    for each in sorted(operations(), key=lambda each: each.hidden):
        by_path.setdefault(each.path, []).append(each)
    return [_route(path, some) for path, some in by_path.items()]


def _route(path: str, some: Sequence[Operation]) -> Route:
    by_method = {str(each.method): each for each in some}

    async def call(request: Request) -> Response:
        operation = by_method["GET" if request.method == "HEAD" else request.method]
        await admit(request, operation)
        answer = await operation.call(request)
        await leave(request, operation, answer)
        return answer

    return Route(path, call, methods=list(by_method))
