"""Bandwidth's callback in XML, read: `Notification` documents (Bandwidth's webhook guide)."""

from __future__ import annotations

from service import xml
from service.bandwidth import callback_news
from service.report import CallbackNews


def read(account_id: str, body: bytes) -> CallbackNews:
    """Read a callback; raise xml.UnreadableXml when it is not a Notification."""
    root = xml.parse(body)
    if xml.name(root) != "notification":
        raise xml.UnreadableXml(f"the root is {xml.name(root)[:40]!r}, not Notification")
    return callback_news.news(account_id, _said(root))


def _said(root: xml.Element) -> dict[str, str]:
    """Return the text of the first element of each name; one pass, whatever else the document holds."""
    found: dict[str, str] = {}
    for each in root:
        name = xml.name(each)
        if name in callback_news.NAMES:
            found.setdefault(name, (each.text or "").strip())
    return {name: text for name, text in found.items() if text}
