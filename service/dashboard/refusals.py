"""Refusals as pages: what went wrong, and what to do."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import structlog
from starlette.responses import Response

from service.dashboard import frame, signing_in
from service.doorway import refusing
from service.errors import TrackerError, Unauthenticated, Unavailable

if TYPE_CHECKING:
    from starlette.requests import Request


log = structlog.get_logger()


def page(request: Request, error: TrackerError) -> Response:
    """Answer an error to a person; whoever has not signed in is asked to, and a script is told in one line."""
    if isinstance(error, Unavailable) and not refusing.is_told(error):
        log.warning("dashboard.unavailable", error=str(error.__cause__ or error.detail))
    if request.headers.get("sec-fetch-dest", "document") == "empty":
        headers = frame.HEADERS | refusing.headers(error)
        return Response(f"{error.detail}\n", error.status, headers, media_type="text/plain")
    if isinstance(error, Unauthenticated) and request.method != "POST":
        return _to_sign_in(request)
    answer = frame.show(request, "refused.html", error.status, error=error, reason=HTTPStatus(error.status).phrase)
    answer.headers.update(refusing.headers(error))
    return answer


def bug(request: Request, error: Exception) -> Response:
    """Answer what nobody foresaw, without telling what it was."""
    log.error("dashboard.failed", path=refusing.logged_path(request), exc_info=error)
    return page(request, TrackerError("Something went wrong here; it is in the log. Nothing acknowledged is lost."))


def _to_sign_in(request: Request) -> Response:
    """Lead to the page that asks for a token, or first once more to the same one from a page of ours."""
    if request.headers.get("sec-fetch-site") == "cross-site":
        return frame.show(request, "again.html")
    # as the server read it: the request's `url` is put together with what the caller says is our host
    query = request.scope["query_string"].decode("latin-1")
    here = request.scope["path"] + (f"?{query}" if query else "")
    return frame.see_other(f"{signing_in.PATH}?{urlencode({'next': here})}")
