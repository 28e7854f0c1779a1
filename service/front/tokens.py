"""The token endpoint for clients that fetch one: OAuth2 client credentials (RFC 6749, sections 4.4 and 5).

The access token is the client's own token. So no new secret is made or kept, it ends at once with the client, and it
gives nobody more than the secret that it was fetched with.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qs

from starlette.responses import JSONResponse

from service import bodies
from service.clients import require_left
from service.errors import MalformedRequest, Unauthenticated
from service.front.entrance import basic, known
from service.front.operation import Operation
from service.front.refusals import CHALLENGE

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from service.wiring import Desk

#: seconds after which a client fetches one again: it is good for as long as the client's own token
LIFETIME: Final = 3600
_MOST_BYTES: Final = 10_000
_UNKEPT: Final = {"Cache-Control": "no-store", "Pragma": "no-cache"}


def operations() -> list[Operation]:
    """Return the endpoint."""
    return [Operation("POST", "/oauth2/token", issue, "front.token", "ErrorResponse", open=True)]


async def issue(request: Request) -> Response:
    """Answer the access token of the client whose id and secret the header or the form gives."""
    desk: Desk = request.app.state.desk
    form = parse_qs((await bodies.read(request, _MOST_BYTES, desk.settings.body_seconds)).decode("utf-8", "replace"))
    given = _credentials(request, form)
    if given is None:
        return _refused("invalid_client", HTTPStatus.UNAUTHORIZED)
    try:
        client = await known(desk, *given)
    except Unauthenticated:
        return _refused("invalid_client", HTTPStatus.UNAUTHORIZED)
    request.state.client = client
    require_left(desk.clients.count(client))
    if form.get("grant_type") != ["client_credentials"]:
        error = "unsupported_grant_type" if form.get("grant_type") else "invalid_request"
        return _refused(error, HTTPStatus.BAD_REQUEST)
    said = {"access_token": given[1].strip(), "token_type": "bearer", "expires_in": LIFETIME}
    return JSONResponse(said, headers=_UNKEPT)


def _credentials(request: Request, form: dict[str, list[str]]) -> tuple[str, str] | None:
    """Return the client's id and secret; raises MalformedRequest where they are given in two ways."""
    headers = request.headers.getlist("authorization")
    in_form = (form.get("client_id"), form.get("client_secret"))
    if headers:
        if len(headers) > 1 or form.get("client_secret"):
            raise MalformedRequest("Give the client's id and secret once: by Basic, or in the form.")
        return basic(headers[0])
    match in_form:
        case ([name], [secret]):
            return name, secret
    return None


def _refused(error: str, status: HTTPStatus) -> Response:
    headers = {**_UNKEPT, **(CHALLENGE if status == HTTPStatus.UNAUTHORIZED else {})}
    return JSONResponse({"error": error}, status, headers)
