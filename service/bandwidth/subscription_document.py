"""Bandwidth's `Subscription` documents, version 1: read every shape that its guide and OpenAPI print, write ours.

Two traps of that API: `Expiry` left out means one day; and a PUT resets whatever it leaves out, while a GET shows
neither the password nor the whole life. So what is written is always written in full, and never from what was read.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from service import xml

#: seconds a subscription of ours lives: ten years
EXPIRY_SECONDS: Final = 10 * 365 * 86_400
#: digits of an Expiry whose end is still a date: the samples ask for 99 years, in ten
_LONGEST_EXPIRY: Final = 10


@dataclass(frozen=True, slots=True)
class Subscription:
    """One callback subscription to all orders of a type, as Bandwidth shows it."""

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


def read(root: xml.Element | None) -> list[Subscription]:
    """Return a list's callback subscriptions to all orders of a type, in Bandwidth's sequence.

    Those to one order, to an event or by mail are left out.
    """
    elements = [] if root is None else [each for each in root.iter() if xml.name(each) == "subscription"]
    return [found for found in map(_subscription, elements) if found]


def write(order_type: str, receiver: Receiver) -> bytes:
    """Write a whole subscription to all orders of a type."""
    basic = xml.element(
        "BasicAuthentication",
        xml.element("Username", receiver.username),
        xml.element("Password", receiver.password),
    )
    callback = xml.element(
        "CallbackSubscription",
        xml.element("URL", receiver.url),
        xml.element("Expiry", str(EXPIRY_SECONDS)),
        xml.element("CallbackCredentials", basic),
    )
    return xml.write(xml.element("Subscription", xml.element("OrderType", order_type), callback))


def _subscription(element: xml.Element) -> Subscription | None:
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
        expiry=int(expiry) if expiry.isdecimal() and len(expiry) <= _LONGEST_EXPIRY else None,
        status=xml.text(callback, "Status"),
    )
