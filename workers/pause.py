"""The pause of an account, as a worker's log tells of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog

if TYPE_CHECKING:
    from service.governor import Effect

log = structlog.get_logger()


def tell(account_id: str, effect: Effect) -> None:
    """Write that an answer has just paused the account; one that somebody must end stands out by its level."""
    write = log.warning if effect.passes else log.error
    write("account.paused", account=account_id, why=effect.why, seconds=effect.pause_ms / 1000 or None)
