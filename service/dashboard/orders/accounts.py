"""All accounts of a token: how they stand, and the way into each."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

from service.dashboard import frame
from service.dashboard.entrance import caller
from service.dashboard.page import ROOT, Page
from service.errors import NotFound
from service.kinds import shelf
from service.lifecycle import STEP_OF, State
from service.store import counting

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from service.store.counting import Counts, Oldest
    from service.store.server.connection import Store


@dataclass(frozen=True, slots=True)
class Standing:
    """How an account stands: its orders, those that are open, those that need a person, the oldest that is open."""

    id: str
    total: int
    open: int
    needs_attention: int
    oldest: Oldest | None


async def first(request: Request) -> Response:
    """Lead to the orders of the only account, or to all accounts."""
    _, client = caller(request)
    if not client.accounts:
        raise NotFound("This token has no account that is served here.")
    only = min(client.accounts) if len(client.accounts) == 1 else None
    return frame.see_other(f"{ROOT}/accounts/{only}/orders" if only else f"{ROOT}/accounts")


async def accounts(request: Request) -> Response:
    """Show the accounts: those that need a person first."""
    desk, client = caller(request)
    found = await asyncio.gather(*(_standing(desk.store, each) for each in sorted(client.accounts)))
    return frame.show(request, "accounts.html", standings=sorted(found, key=lambda each: -each.needs_attention))


def pages() -> list[Page]:
    """Return where the dashboard begins, and the accounts."""
    return [Page("GET", ROOT, first), Page("GET", ROOT + "/accounts", accounts)]


async def _standing(store: Store, account_id: str) -> Standing:
    counts = (await counting.count(store, account_id, sorted(shelf()))).values()
    oldest = [each.oldest_open for each in counts if each.oldest_open]
    return Standing(
        id=account_id,
        total=sum(sum(each.by_state.values()) for each in counts),
        open=sum(_in(each, *STEP_OF) for each in counts),
        needs_attention=sum(_in(each, State.NEEDS_ATTENTION) for each in counts),
        oldest=min(oldest, key=lambda each: each.created_at, default=None),
    )


def _in(counts: Counts, *states: State) -> int:
    return sum(counts.by_state[each] for each in states)
