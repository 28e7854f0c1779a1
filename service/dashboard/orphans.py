"""Orphans: callbacks of orders that nobody here knows, and hearing them again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from service.dashboard import deeds, frame
from service.dashboard.entrance import enter, form
from service.dashboard.page import ACCOUNT, Page
from service.doorway import paging, places
from service.errors import MalformedRequest, NotFound
from service.kinds import shelf
from service.orphans import Orphans
from service.scopes import Scope
from service.store import orphans

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from service.clients import Client
    from service.store.orphans import Kept, Orphan
    from service.store.replaying import Replayed

#: orphans on a page, and heard again at once
MOST: Final = 25
#: callbacks of one orphan that are shown, the newest
SHOWN: Final = 10
#: said in place of words of Bandwidth's that may repeat names or addresses, as nobody knows of which order
HIDDEN: Final = "not shown without the scope read:personal"


@dataclass(frozen=True, slots=True)
class Said:
    """A callback and what it says, hidden where it may name people."""

    kept: Kept
    text: str | None


@dataclass(frozen=True, slots=True)
class Found:
    """An orphan as it is shown: its newest callbacks, and how many more there are."""

    orphan: Orphan
    reference: str | None
    order_type: str | None
    status: str | None
    said: tuple[Said, ...]
    more: int


@dataclass(frozen=True, slots=True)
class Result:
    """What became of an orphan that was heard again; None with why not."""

    key: str
    replayed: Replayed | None
    why_not: str = ""


async def table(request: Request) -> Response:
    """Show an account's orphans, those with the newest callbacks first."""
    desk, client, account_id = enter(request)
    page = await orphans.page(desk.store, account_id, places.of_orphans(request), MOST)
    found = [_found(each, client) for each in page.orphans]
    every = urlencode([("key", str(each.key)) for each in page.orphans])
    following = paging.next_url(request, places.orphan(page.after))
    return frame.show(request, "orphans.html", found=found, every=every, following=following)


async def preview(request: Request) -> Response:
    """Show what hearing some orphans again will do."""
    return frame.show(request, "orphans_replay.html", chosen=_chosen(request.query_params.getlist("key")))


async def replay(request: Request) -> Response:
    """Hear orphans again, and show what became of each: of those that are gone, and of the others."""
    desk, client, account_id = enter(request)
    heard = Orphans(desk.store, desk.bells, client.id)
    results = []
    for key in _chosen(form(request).getlist("key")):
        try:
            done = await heard.replay(account_id, key)
        except NotFound as error:
            results.append(Result(key, None, error.detail))
        else:
            await deeds.note(request, "replayOrphan", key, done.outcome)
            results.append(Result(key, done))
    return frame.show(request, "orphans_replayed.html", results=results)


def pages() -> list[Page]:
    """Return the table, and how some of it are heard again."""
    path = ACCOUNT + "/orphans"
    return [
        Page("GET", path, table, query={"cursor": False}),
        Page("GET", path + "/replay", preview, Scope.ADMIN, {"key": True}),
        Page("POST", path + "/replay", replay, Scope.ADMIN),
    ]


def _chosen(keys: list[str]) -> list[str]:
    """Return the keys that were chosen, each once."""
    chosen = list(dict.fromkeys(keys))
    if not 1 <= len(chosen) <= MOST:
        raise MalformedRequest(f"Choose 1 to {MOST} orphans in the list, then replay them: nothing was done.")
    return chosen


def _found(orphan: Orphan, client: Client) -> Found:
    newest_first = orphan.callbacks[::-1]
    return Found(
        orphan,
        orphan.key.reference or next((each.reference for each in newest_first if each.reference), None),
        next((each.order_type for each in newest_first if each.order_type), None),
        next((each.status for each in newest_first if each.status), None),
        tuple(Said(each, _text(each, client)) for each in newest_first[:SHOWN]),
        max(0, len(newest_first) - SHOWN),
    )


def _text(kept: Kept, client: Client) -> str | None:
    return kept.text if client.sees_personal or not _may_name_people(kept.order_type) else kept.text and HIDDEN


def _may_name_people(order_type: str | None) -> bool:
    """Tell whether orders of a type hold names or addresses; of a type that nobody knows they may."""
    kinds = [kind for kind in shelf().values() if (order_type or "").lower() in kind.callback_names]
    return not kinds or any(kind.personal_fields or kind.personal_elements for kind in kinds)
