"""Bandwidth's callback, read: `Notification` documents (FACTS section 8)."""

from __future__ import annotations

import hashlib
from typing import Final

from service import xml
from service.order import CallbackNews

#: characters kept of a message or a note
_LONGEST: Final = 1_000
#: characters of an id or a word that we take into a key
_WORD: Final = 100


def read(account_id: str, body: bytes) -> CallbackNews:
    """Read a callback; raise xml.UnreadableXml when it is not a Notification."""
    root = xml.parse(body)
    if xml.name(root) != "notification":
        raise xml.UnreadableXml(f"the root is {xml.name(root)[:40]!r}, not Notification")
    order_id, status = _word(root, "OrderId"), _word(root, "Status")
    note, modified = _text(root, "Note"), _word(root, "LastModifiedDate")
    message, subscription = _text(root, "Message"), _word(root, "SubscriptionId")
    reference = _word(root, "CustomerOrderId")
    # two subscriptions may tell the same thing: the subscription is no part of what makes it the same
    told = "\n".join([order_id or reference or "", (status or "").upper(), note or "", modified or message or ""])
    return CallbackNews(
        account_id=account_id,
        key=hashlib.blake2b(told.encode(), digest_size=9).hexdigest(),
        bandwidth_order_id=order_id,
        customer_order_id=reference,
        order_type=_word(root, "OrderType"),
        status=status,
        message=message,
        note=note,
        subscription_id=subscription,
        last_modified=modified,
    )


def _word(root: xml.Element, name: str) -> str | None:
    found = xml.text(root, name)
    return "".join(found.split())[:_WORD] if found and name != "CustomerOrderId" else (found or "")[:_WORD] or None


def _text(root: xml.Element, name: str) -> str | None:
    found = xml.text(root, name)
    return found[:_LONGEST] if found else None
