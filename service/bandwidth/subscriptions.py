"""Bandwidth's callback subscriptions, version 1 (its subscriptions guide): list them, create the one that is missing.

Two traps of that API: `Expiry` left out means one day; and `lidb` is `lidbs` in one of its own documents, so an
order type that is refused with 14500 is tried in its next spelling.
"""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from service import xml
from service.bandwidth.connection import UNGUARDED
from service.errors import BandwidthRefused, BandwidthUnavailable
from service.exchange import Answer, Exchange, NoToken

if TYPE_CHECKING:
    from collections.abc import Sequence

    from service.bandwidth.connection import Connection

#: seconds a new subscription lives: ten years
EXPIRY_SECONDS: Final = 10 * 365 * 86_400
_WRONG_ORDER_TYPE: Final = "14500"
_DUPLICATE: Final = "16008"
_REFUSALS: Final = range(400, 500)


@dataclass(frozen=True, slots=True)
class Subscription:
    """One callback subscription to all orders of a type."""

    id: str
    #: in Bandwidth's spelling
    order_type: str
    url: str
    username: str | None = None
    #: seconds left to live
    expiry: int | None = None
    #: what became of the last callback, in Bandwidth's words: the only sign of lost ones
    status: str | None = None


@dataclass(frozen=True, slots=True)
class Receiver:
    """Where callbacks go, and what they prove themselves with."""

    url: str
    username: str
    password: str


async def ensure(
    connection: Connection, account_id: str, order_types: Sequence[str], receiver: Receiver
) -> Subscription:
    """Return the account's subscription that calls `receiver` about one kind's orders; create it if it is missing.

    `order_types` are the spellings of the one type, in the order to try. Raises BandwidthRefused or
    BandwidthUnavailable. Safe to repeat: Bandwidth refuses a second one of the same type and address.
    """
    if found := await _existing(connection, account_id, order_types, receiver):
        return found
    refusal: BandwidthRefused | None = None
    for order_type in order_types:
        try:
            return await _create(connection, account_id, order_type, receiver)
        except BandwidthRefused as error:
            # a duplicate is one that another process has created meanwhile
            if error.code == _DUPLICATE and (found := await _existing(connection, account_id, order_types, receiver)):
                return found
            if error.code != _WRONG_ORDER_TYPE:
                raise
            refusal = error
    raise refusal or ValueError("give at least one spelling of the order type")


async def listed(connection: Connection, account_id: str) -> list[Subscription]:
    """Return the account's callback subscriptions to all orders of a type, oldest first."""
    answer = await _ask(connection, Exchange("GET", _path(account_id)))
    root = _document(answer)
    elements = [] if root is None else [each for each in root.iter() if xml.name(each) == "subscription"]
    return [found for found in map(_read, elements) if found]


async def _create(connection: Connection, account_id: str, order_type: str, receiver: Receiver) -> Subscription:
    body = xml.write(_write(order_type, receiver))
    answer = await _ask(connection, Exchange("POST", _path(account_id), body=body, changes=True))
    made = answer.headers.get("location", "").rstrip("/").rpartition("/")[2]
    if answer.status != HTTPStatus.CREATED or not made:
        raise BandwidthUnavailable(f"Bandwidth answered {answer.status} without the new subscription's address.")
    return Subscription(made, order_type, receiver.url, receiver.username, EXPIRY_SECONDS)


async def _existing(
    connection: Connection, account_id: str, order_types: Sequence[str], receiver: Receiver
) -> Subscription | None:
    found = await listed(connection, account_id)
    return next((each for each in found if _serves(each, order_types, receiver)), None)


async def _ask(connection: Connection, exchange: Exchange) -> Answer:
    reply = await connection.exchange(exchange, UNGUARDED)
    if isinstance(reply, NoToken):
        raise BandwidthRefused(f"Bandwidth refuses our credentials: {reply.why}.")
    if not isinstance(reply, Answer):
        raise BandwidthUnavailable(f"Bandwidth did not answer: {reply.why}.")
    if reply.status in _REFUSALS:
        raise _refusal(reply)
    if not HTTPStatus.OK <= reply.status < HTTPStatus.MULTIPLE_CHOICES:
        raise BandwidthUnavailable(f"Bandwidth answered {reply.status} about subscriptions.")
    return reply


def _refusal(answer: Answer) -> BandwidthRefused:
    root = _document(answer)
    status = None if root is None else xml.descend(root, "ResponseStatus")
    code = xml.text(status, "ErrorCode")
    said = xml.text(status, "Description") or "it does not say why"
    named = f"{code}, {said}" if code else said
    return BandwidthRefused(f"Bandwidth refused the subscription with {answer.status}: {named}", code)


def _document(answer: Answer) -> xml.Element | None:
    try:
        return xml.parse(answer.body)
    except xml.UnreadableXml as error:
        if answer.status in _REFUSALS or not answer.body:
            return None
        raise BandwidthUnavailable(f"Bandwidth's list of subscriptions cannot be read: {error}.") from error


def _read(element: xml.Element) -> Subscription | None:
    """Read one that is for all orders of a type and calls back; those for one order, one event or by mail are not."""
    callback = xml.child(element, "CallbackSubscription")
    subscription_id, order_type = xml.text(element, "SubscriptionId"), xml.text(element, "OrderType")
    url, expiry = xml.text(callback, "URL"), xml.text(callback, "Expiry") or ""
    if not (subscription_id and order_type and url) or xml.text(element, "OrderId"):
        return None
    return Subscription(
        id=subscription_id,
        order_type=order_type,
        url=url,
        username=xml.text(callback, "CallbackCredentials", "BasicAuthentication", "Username"),
        expiry=int(expiry) if expiry.isdecimal() else None,
        status=xml.text(callback, "Status"),
    )


def _write(order_type: str, receiver: Receiver) -> xml.Element:
    basic = xml.element(
        "BasicAuthentication",
        xml.element("Username", receiver.username),
        xml.element("Password", receiver.password),
    )
    return xml.element(
        "Subscription",
        xml.element("OrderType", order_type),
        xml.element(
            "CallbackSubscription",
            xml.element("URL", receiver.url),
            xml.element("Expiry", str(EXPIRY_SECONDS)),
            xml.element("CallbackCredentials", basic),
        ),
    )


def _serves(subscription: Subscription, order_types: Sequence[str], receiver: Receiver) -> bool:
    wanted = {each.lower() for each in order_types}
    return subscription.url == receiver.url and subscription.order_type.lower() in wanted and subscription.expiry != 0


def _path(account_id: str) -> str:
    return f"accounts/{account_id}/subscriptions"
