"""Whether somebody whose connection stays open is still welcome: a token may have been revoked since it began."""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.errors import Refused, StoreUnavailable
from service.scopes import Scope

if TYPE_CHECKING:
    from collections.abc import Sequence

    from service.wiring import Desk


async def is_welcome(desk: Desk, authorizations: Sequence[str], account_id: str) -> bool:
    """Tell whether a token, as the header Authorization has it, may still read an account's events."""
    try:
        client = await desk.clients.authenticate(authorizations)
        client.require_account(account_id)
        client.require_scope(Scope.READ)
    except Refused:
        return False
    except StoreUnavailable:
        return True  # nobody can tell now
    return True
