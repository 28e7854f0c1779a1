"""Identifiers: our own are UUIDv7 (RFC 9562), so that ids sort by the time they were made; Bandwidth's are its own.

Bandwidth's ids are lower-cased wherever they are read: in answers, Location headers, number details and callbacks. So
they are equal, and name the same key, however they were spelled.
"""

from __future__ import annotations

import hashlib
import re
import secrets
import time
import uuid

_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.ASCII)
#: the last millisecond that an id can tell
_LAST = (1 << 48) - 1


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


def member_id(batch_id: str, ordinal: int) -> str:
    """Return the id of a batch's order: always the same, with the batch's time, so that they sort by their places.

    `ordinal`: from 0, below 2**20.
    """
    number = uuid.UUID(batch_id).int >> 62 << 62
    chance = hashlib.blake2b(f"{batch_id} {ordinal}".encode(), digest_size=8).digest()
    number |= ordinal << 42 | int.from_bytes(chance, "big") >> 22
    return str(uuid.UUID(int=number))


def id_bound(milliseconds: int) -> str:
    """Return the text that ids made from this time on sort after, and earlier ones before."""
    digits = f"{min(max(milliseconds, 0), _LAST):012x}"
    return f"{digits[:8]}-{digits[8:]}"


def is_id(text: str) -> bool:
    """Tell whether a text has the form of our ids."""
    return _UUID.fullmatch(text) is not None


def bandwidth_id(text: str) -> str:
    """Spell one of Bandwidth's order ids as it is kept, compared and shown."""
    return text.lower()


def operation_id() -> str:
    """Return a name for one operation on the store, so that repeating it changes nothing."""
    return secrets.token_hex(8)
