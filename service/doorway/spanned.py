"""Calls in traces: each is a span of the trace that its caller names."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Protocol

from service.errors import TrackerError
from service.tracing.spans import span

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from starlette.requests import Request
    from starlette.responses import Response


class Declared(Protocol):
    """What a door declares of a call."""

    @property
    def method(self) -> str:
        """HTTP's method."""

    @property
    def path(self) -> str:
        """The path, with its parameters' names."""

    @property
    def id(self) -> str:
        """What it is called."""


async def answered(request: Request, operation: Declared, call: Callable[[], Awaitable[Response]]) -> Response:
    """Make a call within a span of its own; a refusal is an answer, and no failure of ours."""
    said = {
        "http.request.method": request.method,
        "http.route": operation.path,
        "order_tracker.operation": operation.id,
    }
    answer: Response | None = None
    refused: TrackerError | None = None
    with span(f"{operation.method} {operation.path}", "server", said=said) as work:
        try:
            answer = await call()
        except TrackerError as error:
            refused = error
        status = refused.status if refused else answer.status_code if answer else HTTPStatus.INTERNAL_SERVER_ERROR
        work.tell({"http.response.status_code": int(status)})
        if refused and status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            work.fail(refused.slug)
        elif status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            work.fail(HTTPStatus(status).phrase)
    if answer is None:
        raise refused or TrackerError
    return answer
