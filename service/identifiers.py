"""Identifiers: our own are UUIDv7 (RFC 9562), so that ids sort by the time they were made; Bandwidth's are its own.

Bandwidth's ids are lower-cased wherever they are read: in answers, Location headers, number details and callbacks. So
they are equal, and name the same key, however they were spelled.
"""

from __future__ import annotations

import re
import secrets
import time

_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.ASCII)


def new_id() -> str:
    """Return a UUIDv7: 48 bit of milliseconds, 12 bit of their fraction, 62 bit of chance."""
    nanoseconds = time.time_ns()
    milliseconds, rest = divmod(nanoseconds, 1_000_000)
    fraction = (rest << 12) // 1_000_000
    number = (milliseconds & (1 << 48) - 1) << 80
    number |= 0x7000 << 64 | fraction << 64
    number |= 0b10 << 62 | secrets.randbits(62)
    text = f"{number:032x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def is_id(text: str) -> bool:
    """Tell whether a text has the form of our ids."""
    return _UUID.fullmatch(text) is not None


def bandwidth_id(text: str) -> str:
    """Spell one of Bandwidth's order ids as it is kept, compared and shown."""
    return text.lower()


def operation_id() -> str:
    """Return a name for one operation on the store, so that repeating it changes nothing."""
    return secrets.token_hex(8)
