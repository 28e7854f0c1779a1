"""Documents as kept: XML both ways, masked, compressed; a JSON object each."""

from __future__ import annotations

import base64
import zlib
from typing import Any

import orjson

from service.report import Document
from service.store.record import dumps


def pack(document: Document) -> str:
    """Write a document to keep."""
    squeezed = base64.b64encode(zlib.compress(document.xml.encode("utf-8", "replace"), 6)).decode()
    return dumps({"direction": document.direction, "title": document.title, "status": document.status, "xml": squeezed})


def unpack(text: str) -> Document:
    """Read a document that was kept."""
    kept: dict[str, Any] = orjson.loads(text)
    xml = zlib.decompress(base64.b64decode(kept["xml"])).decode()
    return Document(kept["direction"], kept["title"], xml, kept["status"])
