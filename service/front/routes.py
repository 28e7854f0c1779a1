"""Every operation of the front, and the routes that lead to them below each of Bandwidth's prefixes."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING, Final

from starlette.routing import Route

from service.doorway.spanned import answered
from service.errors import MethodNotAllowed, NotFound, TrackerError
from service.front import numbers, orders, places, refusals, subscriptions, tokens
from service.front.entrance import admit
from service.front.operation import PREFIXES, Operation

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.types import Receive, Scope, Send

#: every method comes in, so that what is refused is refused in Bandwidth's shape
_METHODS: Final = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE")


def operations() -> tuple[Operation, ...]:
    """Return what clients of Bandwidth's may call."""
    return (
        *tokens.operations(),
        *orders.operations(),
        *places.operations(),
        *numbers.operations(),
        *subscriptions.operations(),
    )


def routes() -> list[Route]:
    """Return one route for each address, and one for every other below the prefixes."""
    by_path: dict[str, list[Operation]] = {}
    for each in operations():
        by_path.setdefault(each.path, []).append(each)
    known = [_AnyCase(prefix + path, _call(some)) for prefix in PREFIXES for path, some in by_path.items()]
    unknown = Operation("GET", "/{path:path}", _nothing, "nothing", "ErrorResponse", open=True)
    return [*known, *(_AnyCase(prefix + unknown.path, _call([unknown], any_method=True)) for prefix in PREFIXES)]


class _AnyCase(Route):
    """A route that is found in any case of letters: documents write tnOptions, clients tnoptions."""

    def __init__(self, path: str, call: Callable[[Request], object]) -> None:
        super().__init__(path, call, methods=list(_METHODS))
        self.path_regex = re.compile(self.path_regex.pattern, re.IGNORECASE)

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the operation answer whatever the method is: Starlette refuses those that nobody lists in its own way."""
        await self.app(scope, receive, send)


def _call(some: list[Operation], *, any_method: bool = False) -> Callable[[Request], object]:
    by_method = {str(each.method): each for each in some}

    async def call(request: Request) -> Response:
        method = "GET" if request.method == "HEAD" or any_method else request.method
        operation = by_method.get(method, some[0])
        is_taken = method in by_method
        return await answered(request, operation, partial(_answer, request, operation, None if is_taken else by_method))

    return call


async def _answer(request: Request, operation: Operation, refused: Mapping[str, Operation] | None) -> Response:
    try:
        _require_taken(refused)
        if not operation.open:
            await admit(request, operation.scope)
        return await operation.call(request)
    except TrackerError as error:
        return refusals.answer(request, error, operation)
    except Exception as error:  # noqa: BLE001  (whatever it was, a client of Bandwidth's reads XML)
        return refusals.bug(request, error, operation)


def _require_taken(refused: Mapping[str, Operation] | None) -> None:
    if refused is not None:
        raise MethodNotAllowed(", ".join(refused))


async def _nothing(_request: Request) -> Response:
    raise NotFound("The resource does not exist")
