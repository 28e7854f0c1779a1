"""Endpoints that are subscriptions: made through the XML front, to all orders of a kind or to one, for a time.

They are told in notifications (`service.notification`) and prove nothing but the credentials that they were made with.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias

import orjson

from service.store import keys
from service.store.script import EXPIRED_ENDPOINTS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from service.store.server.connection import Store

#: how an endpoint is told: events are thin and signed
Format: TypeAlias = Literal["event", "notification"]
NOTIFICATION: Final = "notification"
#: of events: an order that was only accepted is told of to no subscription
TYPES: Final = "order.updated order.completed"


@dataclass(frozen=True, slots=True)
class Subscribed:
    """What a subscription has that other endpoints have not. Times are ms since 1970."""

    #: as it was written
    order_type: str
    #: of one order of ours only; None: of all of its kind
    order_id: str | None
    #: of the credentials; the password stays sealed on the record
    username: str | None
    #: LEGACY or E164: kept and shown; no notification of ours has a telephone number
    number_format: str
    expires_at: int
    #: what the last attempt came to, in a few words; None: there was none
    tried_status: int | None
    tried_error: str | None


@dataclass(frozen=True, slots=True)
class Notified:
    """What a notification needs beside its event; the password is sealed."""

    order_type: str
    customer_order_id: str | None
    username: str | None
    password: str | None
    #: as PEM: its receiver's own, believed beside those of authorities
    certificate: str | None


def of(fields: Mapping[str, Any]) -> Subscribed | None:
    """Read it off an endpoint's record; None: it is no subscription."""
    if fields.get("format") != NOTIFICATION:
        return None
    tried = orjson.loads(fields.get("tried", "{}"))
    return Subscribed(
        order_type=fields["order_type"],
        order_id=fields.get("order_id"),
        username=fields.get("username"),
        number_format=fields["number_format"],
        expires_at=int(fields.get("expires_at", 0)),
        tried_status=tried.get("status"),
        tried_error=tried.get("error"),
    )


def notified(
    format_: str, order_type: str, customer_order_id: str, username: str, password: str, certificate: str
) -> Notified | None:
    """Read what a script tells of a notification, '' for what there is not; None: it is an event."""
    if format_ != NOTIFICATION:
        return None
    told = (customer_order_id, username, password, certificate)
    return Notified(order_type, *(each or None for each in told))


async def now(store: Store, account_id: str) -> int:
    """Return the time by the account's clock, in ms."""
    ((seconds, microseconds),) = await store.do(account_id, "read", [("TIME",)])
    return int(seconds * 1000 + microseconds // 1000 + store.offset)


async def expired(store: Store, account_id: str, old_ms: int) -> list[str]:
    """Return subscriptions that are over; what still waits for one is waited for, for `old_ms` at most."""
    found: list[str] = await store.run(EXPIRED_ENDPOINTS, account_id, keys.endpoints(account_id), old_ms)
    return found
