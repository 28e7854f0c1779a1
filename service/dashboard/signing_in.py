"""Signing in with a token, and out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

import structlog

from service.dashboard import frame, session
from service.dashboard.entrance import caller, form
from service.dashboard.page import ROOT, Page
from service.errors import Refused, Unauthenticated
from service.scopes import Scope

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from service.clients import Client
    from service.wiring import Desk

PATH: Final = ROOT + "/sign-in"

log = structlog.get_logger()


async def ask(request: Request) -> Response:
    """Ask for a token."""
    return _ask(request, request.query_params.get("next", ""))


async def sign_in(request: Request) -> Response:
    """Begin a session when the token is good, and go on to where somebody wanted to be."""
    token, following = form(request).get("token", "").strip(), form(request).get("next", "")
    try:
        client = await _proved(request.app.state.desk, token)
    except Refused as error:
        return _ask(request, following, error)
    answer = frame.see_other(following if _is_ours(following) else ROOT)
    session.begin(request, answer, token)
    log.info("dashboard.signed_in", client=client.id)
    return answer


async def sign_out(request: Request) -> Response:
    """End the session."""
    _, client = caller(request)
    answer = frame.see_other(PATH)
    session.end(request, answer)
    log.info("dashboard.signed_out", client=client.id)
    return answer


def pages() -> list[Page]:
    """Return the ways in and out."""
    return [
        Page("GET", PATH, ask, open=True),
        Page("POST", PATH, sign_in, open=True),
        Page("POST", ROOT + "/sign-out", sign_out),
    ]


async def _proved(desk: Desk, token: str) -> Client:
    if not token.isascii() or len(token) > session.LONGEST_TOKEN:
        raise Unauthenticated("This is no token: tokens are short and plain.")
    client = await desk.clients.authenticate([f"Bearer {token}"])
    client.require_scope(Scope.READ)
    return client


def _ask(request: Request, following: str, error: Refused | None = None) -> Response:
    shown = following if _is_ours(following) else ""
    return frame.show(request, "sign_in.html", error.status if error else 200, following=shown, error=error)


def _is_ours(path: str) -> bool:
    """Tell whether an address is a page of the dashboard: a link must not lead somebody elsewhere."""
    try:
        parts = urlsplit(path)
    except ValueError:
        return False
    is_inside = parts.path == ROOT or parts.path.startswith(ROOT + "/")
    return is_inside and not parts.scheme and not parts.netloc and "\\" not in path
