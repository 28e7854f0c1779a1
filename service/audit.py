"""The audit as doors and commands write it: what was done is done, whether or not the note of it could be kept."""

from __future__ import annotations

import getpass
import os
from typing import TYPE_CHECKING

import structlog

from service.errors import StoreUnavailable
from service.store import auditing

if TYPE_CHECKING:
    from service.settings import Settings
    from service.store.auditing import Deed, Page
    from service.store.server.connection import Store

log = structlog.get_logger()


def operator() -> str:
    """Return who runs a command, as the audit names them."""
    try:
        return f"command ({getpass.getuser()})"
    except (KeyError, OSError):  # a container's user may have no name
        return f"command (uid {os.getuid()})"


class Audit:
    """Notes who did what on an account, and tells of it."""

    def __init__(self, store: Store, settings: Settings) -> None:
        self._store = store
        self._days = settings.retention_days

    async def note(self, account_id: str, deed: Deed) -> None:
        """Keep a deed after it was done; one that the store does not take goes to the log, and nothing is raised."""
        try:
            await auditing.note(self._store, account_id, deed, self._days)
        except StoreUnavailable as error:
            log.error("audit.not_kept", account=account_id, **deed.fields, error=error.detail)

    async def page(self, account_id: str, after: str | None, most: int, by: str | None = None) -> Page:
        """Return deeds, newest first, of one doer where `by` names one; raises StoreUnavailable."""
        return await auditing.page(self._store, account_id, after, most, by)
