"""An entry of the spool: one callback as JSON, encrypted (it may hold telephone numbers), one line of base64.

A line without its end was torn: its writer was killed before it could answer.
"""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any, Final

import orjson

from service.report import CallbackNews

if TYPE_CHECKING:
    from service.sealing import Sealer

#: what an entry is sealed to
_PLACE: Final = "callback spool"


def write(sealer: Sealer, news: CallbackNews) -> bytes:
    """Write a callback as a line."""
    return sealer.seal(orjson.dumps(news).decode(), _PLACE).encode() + b"\n"


def read(sealer: Sealer, line: bytes) -> CallbackNews:
    """Read a line without its end; raises ValueError when its key is another, or it is damaged."""
    said: Any = orjson.loads(sealer.open(line.decode("ascii"), _PLACE))
    if not (isinstance(said, dict) and said.get("account_id") and said.get("key")):
        raise ValueError("not a callback")
    # another version may have written it, with a field more or less
    known: dict[str, Any] = {each.name: said.get(each.name) for each in fields(CallbackNews)}
    return CallbackNews(**known)
