"""Sessions: who has signed in with a token. All of a session is in its cookie, sealed, so none is kept here.

Every request proves the token anew: what is revoked, or loses a scope, is shut out as fast as at the API.
"""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import orjson

from service.dashboard.page import ROOT
from service.sealing import Sealer

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from service.wiring import Desk

COOKIE: Final = "order_tracker"
#: seconds after which somebody signs in again
LIFETIME: Final = 12 * 3600
_PLACE: Final = "dashboard"
#: characters of a token that is sealed into a cookie: browsers keep 4,096 bytes
LONGEST_TOKEN: Final = 1_000


@dataclass(frozen=True, slots=True)
class Session:
    """A session. `proof` stands in each of its forms: no other site can know it."""

    token: str
    proof: str
    #: seconds since 1970
    ends_at: float


def of(request: Request) -> Session | None:
    """Return the session of a request; None without one, or when it has ended."""
    sealed = request.cookies.get(COOKIE)
    if not sealed:
        return None
    try:
        session = Session(**orjson.loads(_sealer(request).open(sealed, _PLACE)))
    except (ValueError, TypeError):
        return None  # made up, under another key, or by another version
    return session if session.ends_at > time.time() else None


def begin(request: Request, answer: Response, token: str) -> None:
    """Begin a session with a token that was proved."""
    kept = {"token": token, "proof": secrets.token_urlsafe(24), "ends_at": time.time() + LIFETIME}
    sealed = _sealer(request).seal(orjson.dumps(kept).decode(), _PLACE)
    _set(request, answer, sealed, LIFETIME)


def end(request: Request, answer: Response) -> None:
    """Let the browser forget its session."""
    _set(request, answer, "", 0)


def _set(request: Request, answer: Response, value: str, seconds: int) -> None:
    answer.set_cookie(
        COOKIE, value, max_age=seconds, path=ROOT, secure=_is_secure(request), httponly=True, samesite="strict"
    )


def _is_secure(request: Request) -> bool:
    # what stands before us says how the browser came; nobody else can make that browser's request say it
    before_us = request.headers.get("x-forwarded-proto", "").partition(",")[0].strip().lower()
    return "https" in (request.scope["scheme"], before_us)


def _sealer(request: Request) -> Sealer:
    desk: Desk = request.app.state.desk
    return Sealer(desk.settings.secret_key.get_secret_value())
