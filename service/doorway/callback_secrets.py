"""The secret in the address that Bandwidth calls, masked wherever a subscription is shown: it is the last part."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlsplit

from service.xml import MASK

#: characters of the last part of an address that make it a secret and not a word
_SECRET: Final = 16


def masked_url(url: str) -> str:
    """Return an address without what may be secret in it: user, last part of the path, query."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return MASK
    if not parts.scheme or not parts.netloc:
        return MASK
    head, _, last = parts.path.rstrip("/").rpartition("/")
    path = f"{head}/{MASK}" if last else ""
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{path}"


def without_secret(status: str | None, url: str) -> str | None:
    """Return what Bandwidth says of the calls to an address, where it may repeat the address."""
    secret = url.rstrip("/").rpartition("/")[2]
    return status.replace(secret, MASK) if status and len(secret) >= _SECRET else status
