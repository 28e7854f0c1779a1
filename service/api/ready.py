"""Whether this process should be sent requests, for balancers and probes, in plain words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, get_args

from starlette.responses import Response

from service.api.operation import Answer, Operation, Parameter
from service.doorway import paging
from service.errors import MalformedRequest
from service.readiness import Purpose

if TYPE_CHECKING:
    from starlette.requests import Request

    from service.readiness import Readiness, Standing

_PURPOSES: Final[tuple[Purpose, ...]] = get_args(Purpose)


async def ready(request: Request) -> Response:
    """Tell whether this process takes callbacks, or orders too; a line for each thing that it lacks."""
    paging.only(request, {"for": False})
    asked = request.query_params.get("for", "callbacks")
    purpose = next((each for each in _PURPOSES if each == asked), None)
    if purpose is None:
        raise paging.wrong("for", f"give {' or '.join(_PURPOSES)}")
    readiness: Readiness = request.app.state.readiness
    return _told(await readiness.standing(request.app.state.desk), purpose)


def _told(standing: Standing, purpose: Purpose) -> Response:
    headers = {"Cache-Control": "no-store"}
    if not standing.is_ready(purpose):
        return _text("not ready", standing, 503, headers | {"Retry-After": "1"})
    return _text("ready for callbacks only" if standing.store else "ready", standing, 200, headers)


def _text(word: str, standing: Standing, status: int, headers: dict[str, str]) -> Response:
    return Response("".join(f"{each}\n" for each in (word, *standing.lacks)), status, headers, "text/plain")


def operation() -> Operation:
    """Return the call."""
    does = "`callbacks` (unless told otherwise): ready while a callback would be kept, in the store or in the spool. "
    purposes = {"type": "string", "enum": [*_PURPOSES], "default": "callbacks"}
    not_now = "not ready\nThe store does not answer: orders are answered 503.\n"
    return Operation(
        "GET",
        "/readyz",
        ready,
        "getReadiness",
        "Whether this process should be sent requests",
        parameters=(Parameter("for", does + "`orders`: only while orders are accepted too.", purposes),),
        open=True,
        answers={
            200: Answer("It should; what it lacks all the same, a line each", str, (), "ready\n", "text/plain"),
            503: Answer("It should not; why, a line each", str, ("Retry-After",), not_now, "text/plain"),
        },
        problems=(MalformedRequest,),
    )
