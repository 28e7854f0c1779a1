"""What every call of the front does first: who calls, may it do so, and on which account.

Bandwidth's clients name themselves by Basic, at once or after a challenge, or by a Bearer token that they fetched. Both
lead to a client of ours: its name is the user's or the OAuth2 client's id, its token the password or the secret.
"""

from __future__ import annotations

import base64
import binascii
import hmac
from typing import TYPE_CHECKING, Final

from service.clients import require_left
from service.doorway import finding
from service.errors import ScopeMissing, Unauthenticated

if TYPE_CHECKING:
    from starlette.requests import Request

    from service.clients import Client
    from service.scopes import Scope
    from service.wiring import Desk


_SAFE: Final = ("GET", "HEAD")
#: what a browser says of a call that comes of no other site; others say nothing
_OWN_SITE: Final = ("same-origin", "none")


async def admit(request: Request, scope: Scope) -> Client:
    """Let a caller in, for `enter`.

    Raises Unauthenticated, RateLimited, ScopeMissing (for an account that is not the caller's too: as Bandwidth, with
    one answer for what it may not see and what there is not; and for a page of another site), NotFound, or
    StoreUnavailable.
    """
    _require_no_other_site(request)
    desk: Desk = request.app.state.desk
    client = await _known(desk, request.headers.getlist("authorization"))
    request.state.client = client
    require_left(desk.clients.count(client))
    account_id = request.path_params.get("account_id")
    if account_id is not None and account_id not in client.accounts:
        raise ScopeMissing("Access Denied")
    client.require_scope(scope)
    finding.require_whole(request)
    return client


def enter(request: Request) -> tuple[Desk, Client, str]:
    """Return the desk, who calls, and the account of the address."""
    return request.app.state.desk, request.state.client, request.path_params["account_id"]


def caller(request: Request) -> tuple[Desk, Client]:
    """Return the desk and who calls, at an address of no account."""
    return request.app.state.desk, request.state.client


async def known(desk: Desk, name: str, token: str) -> Client:
    """Return the client of a name and its token; raises Unauthenticated for one that is another's, as for no token."""
    client = await desk.clients.authenticate([f"Bearer {token}"])
    if not hmac.compare_digest(client.id.encode(), name.encode("utf-8", "replace")):
        raise Unauthenticated
    return client


def basic(authorization: str) -> tuple[str, str] | None:
    """Return the name and the password of a Basic header; None for anything else."""
    scheme, _, value = authorization.partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        name, colon, password = base64.b64decode(value.strip(), validate=True).decode().partition(":")
    except (binascii.Error, ValueError):
        return None
    return (name, password) if colon else None


def _require_no_other_site(request: Request) -> None:
    """Refuse what a page of another site lets a browser send: once challenged, that sends the password of its user."""
    if request.method not in _SAFE and request.headers.get("sec-fetch-site", "none") not in _OWN_SITE:
        raise ScopeMissing("Access Denied")


async def _known(desk: Desk, authorizations: list[str]) -> Client:
    pair = basic(authorizations[0]) if len(authorizations) == 1 else None
    return await (known(desk, *pair) if pair else desk.clients.authenticate(authorizations))
