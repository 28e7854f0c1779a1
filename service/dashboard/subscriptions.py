"""Our subscriptions at Bandwidth: what the last watch found, how they stand there now, and putting them right."""

from __future__ import annotations

import asyncio
import time
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from service.dashboard import deeds, frame
from service.dashboard.entrance import enter
from service.dashboard.page import ACCOUNT, PATIENCE, ROOT, Page
from service.doorway.callback_secrets import masked_url, without_secret
from service.errors import BandwidthRefused, BandwidthUnavailable
from service.scopes import Scope
from service.store import watching
from service.store.subscribed import Memory
from service.subscribing import Subscriptions, needs

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping, Sequence

    from starlette.requests import Request
    from starlette.responses import Response

    from service.errors import TrackerError
    from service.store.subscribed import Subscribed
    from service.subscription_health import Examined, Health
    from service.wiring import Desk

#: seconds in which Bandwidth must have taken what is wrong with them
SECONDS: Final = 20.0
#: by the problem: what is wrong, and what becomes of it
WORDS: Final[Mapping[str, str]] = {
    "missing": "There is none of ours, so no callback comes: the watch makes one.",
    "expiring": "It ends in less than 30 days: the watch writes it anew.",
    "wrong_url": "It calls another address than ours: the watch writes ours.",
    "wrong_username": "It proves itself by another user name: the watch writes ours.",
    "old_password": "It was written with a password that is no longer ours: the watch writes the new one.",
    "failing": "Bandwidth could not deliver its last callback. Make sure that it reaches TRACKER_CALLBACK_BASE_URL: "
    "a valid certificate, no redirect. The watch writes it again once an hour; it counts as failing until a callback "
    "arrives.",
    "surplus": "It tells things a second time, which does no harm. Nothing is deleted from here: remove it at "
    "Bandwidth.",
    "refused": "Bandwidth refused to show the subscriptions: correct TRACKER_BANDWIDTH_* or what its user may do.",
}


@dataclass(frozen=True, slots=True)
class Remembered:
    """What is remembered of the subscription to an order type, and what the last watch found wrong."""

    order_type: str
    kinds: tuple[str, ...]
    subscribed: Subscribed | None
    problems: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Shown:
    """A subscription at Bandwidth, without the secret that its address holds; `expires_at` in ms."""

    examined: Examined
    url: str
    status: str | None
    expires_at: int | None
    problems: tuple[str, ...]


async def table(request: Request) -> Response:
    """Show what we remember; Bandwidth is asked nothing."""
    desk, _, account_id = enter(request)
    memory = Memory(desk.store)
    kept, told = await memory.read(account_id), await memory.told(account_id)
    next_in = await watching.next_in(desk.store, account_id)
    remembered = [
        Remembered(each.order_type, each.kinds, kept.get(each.order_type), _words(told.get(each.order_type, ())))
        for each in needs()
    ]
    return frame.show(
        request,
        "subscriptions.html",
        remembered=remembered,
        next_at=None if next_in is None else round(time.time() * 1000) + next_in,
        every_ms=desk.settings.watch_seconds * 1000,
        is_forbidden=await watching.is_forbidden(desk.store, account_id),
    )


async def now(request: Request) -> Response:
    """Show them as Bandwidth does now, or why it does not."""
    desk, _, account_id = enter(request)
    try:
        async with _bounded(PATIENCE):
            health = await _subscriptions(desk).look(account_id)
    except (BandwidthRefused, BandwidthUnavailable) as error:
        return _show(request, None, error)
    return _show(request, health)


async def heal(request: Request) -> Response:
    """Put right what is wrong, and show how they are then; or what Bandwidth refused."""
    desk, _, account_id = enter(request)
    try:
        async with _bounded(SECONDS):
            healing = await _subscriptions(desk).heal(account_id)
    except (BandwidthRefused, BandwidthUnavailable) as error:
        return _show(request, None, error)
    if healing.refusal:
        return _show(request, healing.health, healing.refusal)
    await deeds.note(request, "healSubscriptions")
    return frame.see_other(f"{ROOT}/accounts/{account_id}/subscriptions/now")


def pages() -> list[Page]:
    """Return what is remembered, and what Bandwidth shows."""
    path = ACCOUNT + "/subscriptions"
    return [
        Page("GET", path, table),
        Page("GET", path + "/now", now),
        Page("POST", path + "/now", heal, Scope.ADMIN),
    ]


def _subscriptions(desk: Desk) -> Subscriptions:
    return Subscriptions(desk.settings, desk.connection, desk.turns, Memory(desk.store))


@asynccontextmanager
async def _bounded(seconds: float) -> AsyncIterator[None]:
    try:
        async with asyncio.timeout(seconds):
            yield
    except TimeoutError:
        raise BandwidthUnavailable(
            f"Bandwidth did not answer in {seconds:g} s. Look again; the watch goes on by itself."
        ) from None


def _show(request: Request, health: Health | None, error: TrackerError | None = None) -> Response:
    status = error.status if error else 200
    shown = [_shown(each, health.at) for each in health.examined] if health else []
    missing = health.missing if health else ()
    broken = bool(health and health.broken)
    values = {"health": health, "error": error, "shown": shown, "missing": missing, "is_broken": broken}
    return frame.show(request, "subscriptions_now.html", status, **values)


def _shown(examined: Examined, at: int) -> Shown:
    found = examined.subscription
    return Shown(
        examined,
        masked_url(found.url),
        without_secret(found.status, found.url),
        None if found.expiry is None else at + found.expiry * 1000,
        _words(examined.problems),
    )


def _words(problems: Sequence[str]) -> tuple[str, ...]:
    return tuple(WORDS.get(each, each) for each in problems)
