"""The frame around every page: its template, who has signed in, and what a browser may do with it."""

from __future__ import annotations

import time
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import RedirectResponse, Response

from service.dashboard import files, showing
from service.dashboard.page import ROOT
from service.scopes import Scope

if TYPE_CHECKING:
    from pathlib import Path

    from starlette.requests import Request

    from service.clients import Client
    from service.dashboard.session import Session

#: a page runs and loads our own files alone, stands in no frame, and sends its forms here
_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
HEADERS: Final = {
    "Content-Security-Policy": _POLICY,
    "Referrer-Policy": "same-origin",
    # orders are nobody's business once somebody has signed out
    "Cache-Control": "no-store",
}


def show(request: Request, template: str, status: int = 200, **values: Any) -> Response:
    """Write a page.

    Besides `values` its template knows: `client` and `proof` (None before signing in), `account_id` and `accounts`,
    `may_write`, `may_admin`, `now` (ms), `path`, `file` (the address of a file of ours), and the filters of `showing`.
    """
    html = environment().get_template(template).render(**_common(request), **values)
    return Response(html, status, HEADERS, media_type="text/html")


def see_other(path: str) -> Response:
    """Lead to a page after something was done."""
    return RedirectResponse(path, 303, HEADERS)


@cache
def environment() -> Environment:
    """Return the templates: all text of others is escaped, and a value that is missing is an error."""
    made = Environment(
        loader=FileSystemLoader(_templates()),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    made.filters.update(showing.FILTERS)
    made.globals.update(file=files.address, root=ROOT)
    return made


def _templates() -> Path:
    return files.HERE / "templates"


def _common(request: Request) -> dict[str, Any]:
    client: Client | None = getattr(request.state, "client", None)
    held: Session | None = getattr(request.state, "session", None)
    return {
        "client": client,
        "proof": held and held.proof,
        "account_id": _account(request, client),
        "accounts": sorted(client.accounts) if client else [],
        "may_write": client is not None and Scope.WRITE in client.scopes,
        "may_admin": client is not None and Scope.ADMIN in client.scopes,
        "now": round(time.time() * 1000),
        "path": request.scope["path"],
    }


def _account(request: Request, client: Client | None) -> str | None:
    """Return the account of the address, if it is one of the client's: a refused page leads to none of others."""
    named: str | None = request.path_params.get("account_id")
    return named if client and named in client.accounts else None
