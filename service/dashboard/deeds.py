"""What was done from a page, told to the audit: by the name that the API's call for the same has there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.audit import Audit
from service.dashboard.entrance import enter
from service.store.auditing import Deed

if TYPE_CHECKING:
    from starlette.requests import Request


async def note(request: Request, action: str, subject: str = "", detail: str = "") -> None:
    """Tell of a deed after it was done: `action` is an operationId of the API, `subject` what it was done to."""
    desk, client, account_id = enter(request)
    await Audit(desk.store, desk.settings).note(account_id, Deed(client.id, action, subject, detail))
