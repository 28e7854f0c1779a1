"""Delivery of callbacks: challenge first, one attempt, never again."""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import httpx

from service.local.sandbox.clock import stamp

if TYPE_CHECKING:
    import ssl
    from datetime import datetime

    from service.local.sandbox.clock import Clock
    from service.local.sandbox.faults import Faults
    from service.local.sandbox.subscriptions import Subscription, SubscriptionBook

_HEADERS = {"Content-Type": "application/xml; charset=utf-8"}
#: Callbacks under way at once; with more, httpx spends its time on its own pool (measured: 64 is a quarter slower).
_CONCURRENCY = 16
_LOG_LENGTH = 1_000
#: Characters of an answer's body that a subscription's Status repeats.
_SHOWN = 200
_CHALLENGED = 401


@dataclass(frozen=True)
class Attempt:
    """One attempt, or one that a fault dropped."""

    order_id: str
    subscription_id: str
    status: str
    url: str
    outcome: str
    delivered: bool
    at: datetime

    def described(self) -> dict[str, str | bool]:
        """Return the attempt for `GET /_sandbox/callbacks`."""
        return vars(self) | {"at": stamp(self.at)}


@dataclass(frozen=True)
class Announcement:
    """An order's new state on its way to subscribers."""

    order_id: str
    status: str


class Callbacks:
    """Sends notifications and remembers the last attempts."""

    def __init__(self, subscriptions: SubscriptionBook, faults: Faults, clock: Clock, timeout: float) -> None:
        self._subscriptions = subscriptions
        self._faults = faults
        self._clock = clock
        limits = httpx.Limits(max_connections=_CONCURRENCY)
        self._client = httpx.AsyncClient(timeout=timeout, limits=limits, trust_env=False, verify=_trusted())
        self._turns = asyncio.Semaphore(_CONCURRENCY)
        self.log: deque[Attempt] = deque(maxlen=_LOG_LENGTH)

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    async def deliver(self, subscription: Subscription, news: Announcement, notification: bytes) -> None:
        """Send a notification once; what goes wrong is only written down."""
        if self._faults.acts("drop_callbacks"):
            self._note(subscription, news, "dropped by a fault", delivered=False)
            return
        for _ in range(2 if self._faults.acts("duplicate_callbacks") else 1):
            outcome, delivered = await self._attempt(subscription, notification)
            self._note(subscription, news, outcome, delivered=delivered)
            self._subscriptions.attempted(subscription.subscription_id, outcome)

    async def _attempt(self, subscription: Subscription, notification: bytes) -> tuple[str, bool]:
        try:
            async with self._turns:
                answer = await self._send(subscription, notification)
        except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError) as error:
            return f"{type(error).__name__}: {error}"[:_SHOWN], False
        shown = f"{answer.status_code} {answer.reason_phrase} {answer.text[:_SHOWN]}".strip()
        has_body = bool(answer.request.content)
        return shown if has_body else f"{shown} (notification not sent)", has_body and answer.is_success

    async def _send(self, subscription: Subscription, notification: bytes) -> httpx.Response:
        """Answer the challenge, if the subscription has credentials (webhook guide, RFC 7235).

        The first request carries neither Authorization nor body; only a 401 with a Basic challenge brings
        the second, with both.
        """
        asked = subscription.request
        url = asked.url or ""
        if asked.username is None or asked.password is None:
            return await self._client.post(url, content=notification, headers=_HEADERS)
        first = await self._client.post(url, headers=_HEADERS)
        challenge = first.headers.get("WWW-Authenticate", "")
        if first.status_code != _CHALLENGED or not challenge.lower().startswith("basic"):
            return first
        credentials = httpx.BasicAuth(asked.username, asked.password)
        return await self._client.post(url, content=notification, headers=_HEADERS, auth=credentials)

    def _note(self, subscription: Subscription, news: Announcement, outcome: str, *, delivered: bool) -> None:
        self.log.append(
            Attempt(
                order_id=news.order_id,
                subscription_id=subscription.subscription_id,
                status=news.status,
                url=subscription.request.url or "",
                outcome=outcome,
                delivered=delivered,
                at=self._clock(),
            )
        )


@cache
def _trusted() -> ssl.SSLContext:
    # 20 ms of a processor, which each of a test's sandboxes would pay
    return httpx.create_ssl_context(trust_env=False)
