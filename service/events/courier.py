"""The courier: makes the deliveries of events, takes what is due, and brings it: proved, once per attempt, recorded."""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from datetime import UTC, datetime
from functools import cached_property
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

import structlog

from service.errors import StoreUnavailable
from service.event import body_of
from service.events import ladder, notifying
from service.outgoing import signing
from service.outgoing.sender import SECONDS, Attempt, Sender
from service.store.events import deliveries
from service.store.events.deliveries import Result
from service.times import DAY_MS
from service.tracing import trace
from service.tracing.spans import span

if TYPE_CHECKING:
    from collections.abc import Callable

    from service.sealing import Sealer
    from service.settings import Settings
    from service.store.events.deliveries import Given, Recorded
    from service.store.server.connection import Store
    from service.tracing.spans import Said

#: part of the lease that an attempt may take; the rest is for recording it
_ATTEMPT: Final = 0.8
#: seconds between tries to record an attempt while the store is away
_PAUSE: Final = 0.2

log = structlog.get_logger()


class Courier:
    """Brings events to endpoints; any number of processes may, and each delivery is one's until its lease ends."""

    def __init__(self, store: Store, settings: Settings, sealer: Sealer) -> None:
        self._store = store
        self._settings = settings
        self._sealer = sealer
        self._lease = settings.lease_seconds
        self._factor = settings.delivery_factor

    @cached_property
    def sender(self) -> Sender:
        """The sender; it reads certificates, so only who sends has one."""
        return Sender(self._settings, seconds=min(SECONDS, self._lease * _ATTEMPT))

    async def fan_out(self, account_id: str, must_end: Callable[[], bool] = lambda: False) -> int:
        """Make the deliveries of all events that have none yet, until one must end; return how many were made."""
        total, more = 0, True
        while more and not must_end():
            made, more = await deliveries.fan_out(self._store, account_id)
            total += made
        return total

    async def take(self, account_id: str, most: int) -> list[Given]:
        """Return deliveries that are due; each must be brought before its lease ends."""
        return await deliveries.take(self._store, account_id, most, round(self._lease * 1000))

    async def are_pending(self, account_id: str) -> bool:
        """Tell whether events or deliveries wait; let go of events that are older than the settings keep them."""
        return await deliveries.are_pending(self._store, account_id, self._settings.event_days * DAY_MS)

    async def bring(self, account_id: str, given: Given) -> Recorded | None:
        """Make one attempt, and record it; None when the store was away for longer than the lease.

        What is not recorded is brought again when its lease has ended.
        """
        began, at = time.monotonic(), datetime.now(UTC)
        said: Said = {"order_tracker.account": account_id, "order_tracker.attempt": given.attempts + 1}
        with span("deliver event", "client", said=said) as bringing:
            attempt = await self._attempt(given, at)
            bringing.tell({"http.response.status_code": attempt.status})
            if not attempt.is_taken:
                bringing.fail("not taken")
        result = self._result(given, attempt)
        done = await self._record(account_id, given, round(at.timestamp() * 1000), result, began + self._lease)
        _tell(account_id, given, result, done)
        return done

    async def _attempt(self, given: Given, at: datetime) -> Attempt:
        try:
            if given.notified:
                return await notifying.bring(self.sender, self._sealer, given, given.notified)
            secrets = self._secrets(given)
        except ValueError:
            return Attempt(None, "its secret is sealed with another TRACKER_SECRET_KEY", 0.0, None)
        body = body_of(given.event)
        headers = {"Content-Type": "application/json", **signing.headers_of(given.event.id, at, body, secrets)}
        if place := trace.current():
            headers["traceparent"] = str(place)
        return await self.sender.send(given.url, headers, body)

    def _secrets(self, given: Given) -> list[str]:
        """Open what signs; raises ValueError when that is sealed with another key."""
        newest, *before = given.secrets
        opened = [self._sealer.open(newest, given.endpoint_id)]
        for each in before:
            # whoever lost the key rotates: what it sealed must not keep the new secret from signing
            with suppress(ValueError):
                opened.append(self._sealer.open(each, given.endpoint_id))
        return opened

    def _result(self, given: Given, attempt: Attempt) -> Result:
        gone = attempt.status == HTTPStatus.GONE
        wait = ladder.wait(given.attempts + 1, attempt.retry_after, self._factor)
        first, longest = (round(each * self._factor * 1000) for each in ladder.PAUSES)
        return Result(
            outcome="delivered" if attempt.is_taken else "gone" if gone else "failed",
            status=attempt.status,
            error=attempt.error,
            seconds=attempt.seconds,
            wait_ms=None if wait is None else round(wait * 1000),
            retry_ms=round(ladder.allowed(attempt.retry_after) * 1000),
            pause_ms=(first, longest),
            off_ms=round(ladder.OFF * self._factor * 1000),
        )

    async def _record(self, account_id: str, given: Given, at: int, result: Result, until: float) -> Recorded | None:
        while True:
            try:
                return await deliveries.report(self._store, account_id, given, at, result)
            except StoreUnavailable:
                if time.monotonic() > until:
                    return None
                await asyncio.sleep(_PAUSE)


def _tell(account_id: str, given: Given, result: Result, done: Recorded | None) -> None:
    told = {"account": account_id, "endpoint": given.endpoint_id, "event_id": given.event.id, "type": given.event.type}
    if given.event.type.startswith("order."):
        told["order"] = given.event.subject
    more = {"attempt": given.attempts + 1, "seconds": round(result.seconds, 3), "status": result.status}
    outcome = done.status if done and done.outcome == "recorded" else done and done.outcome
    if result.outcome == "delivered":
        log.info("event.delivered", **told, **more, outcome=outcome)
    else:
        log.warning("event.not_delivered", **told, **more, error=result.error, outcome=outcome)
    if done and done.off:
        do = "see to the receiver, then switch the endpoint on: PATCH with enabled true"
        log.error("endpoint.switched_off", account=account_id, endpoint=given.endpoint_id, why=done.off, do=do)
