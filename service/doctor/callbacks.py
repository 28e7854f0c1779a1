"""Our own address as Bandwidth calls it: does it lead to our door, from here at least."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from service.callback_address import REALM
from service.doctor.finding import Finding
from service.outgoing.knocking import knock

if TYPE_CHECKING:
    from service.wiring import Desk

_UNAUTHORIZED: Final = 401
_FOUND: Final = "TRACKER_CALLBACK_BASE_URL"


async def door(desk: Desk) -> list[Finding]:
    """Knock without credentials, as Bandwidth does first: our door answers with its challenge."""
    answer = await knock(desk.settings.callback_url(desk.settings.accounts[0]))
    if answer.error:
        do = "Bandwidth may reach it all the same; if not: DNS, firewall, certificate, a running API"
        return [Finding("callback address", "warn", f"from here {_FOUND} is not reached: {answer.error}", do)]
    if answer.status != _UNAUTHORIZED:
        do = (
            "let it lead to order-tracker api, without a redirect; all processes need the same TRACKER_CALLBACK_SEGMENT"
        )
        return [Finding("callback address", "warn", f"{_FOUND} answers {answer.status} instead of our challenge", do)]
    if f'realm="{REALM}"' not in answer.challenge:
        do = "let it lead to order-tracker api itself: what stands before it must not ask for credentials of its own"
        return [Finding("callback address", "warn", f"{_FOUND} answers with somebody else's challenge", do)]
    return [Finding("callback address", "ok", "it leads to our door, from here")]
