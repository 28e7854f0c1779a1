"""Documents as kept: XML both ways, masked, compressed; a JSON object each."""

from __future__ import annotations

import base64
import zlib
from dataclasses import dataclass
from typing import Any, Final, Literal

import orjson

from service.report import Document
from service.store.record import dumps

#: characters kept of a document: an order of 5,000 numbers has a quarter of them
LONGEST: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class DocumentHead:
    """What is known of a document without unpacking it; `at` in ms."""

    at: int
    direction: Literal["sent", "received"]
    title: str
    status: int | None


@dataclass(frozen=True, slots=True)
class KeptDocument:
    """A document, and when it was kept (ms)."""

    at: int
    document: Document


def pack(document: Document) -> str:
    """Write a document without its head; its time is put in front by the script."""
    kept = document.xml
    if len(kept) > LONGEST:
        kept = f"{kept[:LONGEST]} ... (cut: {len(kept)} characters)"
    squeezed = base64.b64encode(zlib.compress(kept.encode("utf-8", "replace"), 6)).decode()
    parts = {"direction": document.direction, "title": document.title, "status": document.status, "xml": squeezed}
    return dumps(parts)[1:]


def unpack(text: str) -> KeptDocument:
    """Read a document that was kept."""
    kept: dict[str, Any] = orjson.loads(text)
    xml = zlib.decompress(base64.b64decode(kept["xml"])).decode()
    return KeptDocument(kept["at"], Document(kept["direction"], kept["title"], xml, kept["status"]))


def head(text: str) -> DocumentHead:
    """Read the head of a document that was kept."""
    kept: dict[str, Any] = orjson.loads(text)
    return DocumentHead(kept["at"], kept["direction"], kept["title"], kept["status"])
