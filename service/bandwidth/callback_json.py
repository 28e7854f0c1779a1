"""Bandwidth's callback in JSON, read: what its Subscriptions v2 send.

Their body is not published. So names are compared without case, `_` and `-`, and are looked for in the object itself
and in the objects directly in it; what is said of the order comes first there.
"""

from __future__ import annotations

import json
import re
from typing import Any, Final

from service.bandwidth import callback_news
from service.report import CallbackNews

#: objects in the object that tell of the order itself, as their names begin
_OF_THE_ORDER: Final = ("order", "data", "event")
#: characters that an XML callback could not hold either
_FOREIGN: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


class UnreadableJson(ValueError):
    """The bytes are not a callback that we take."""


def read(account_id: str, body: bytes) -> CallbackNews:
    """Read a callback; raise UnreadableJson when it is no object, ambiguous, or has none of the names."""
    top = _parsed(body)
    if not isinstance(top, dict):
        raise UnreadableJson("the JSON is not an object")
    inner = [(_plain(name), value) for name, value in top.items() if isinstance(value, dict)]
    inner.sort(key=lambda each: not each[0].startswith(_OF_THE_ORDER))
    said: dict[str, str] = {}
    for level in (top, *(value for _, value in inner)):
        said = _said(level) | said
    if not said:
        raise UnreadableJson("the JSON has none of the names of a callback")
    return callback_news.news(account_id, said)


def _parsed(body: bytes) -> Any:
    try:
        return json.loads(body.decode("utf-8-sig"), object_pairs_hook=_unique)
    except RecursionError:
        raise UnreadableJson("the JSON is nested too deeply") from None
    except ValueError as error:
        raise UnreadableJson(f"not JSON: {str(error)[:200]}") from error


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Refuse an object in which a name stands twice; one that is read, in whatever spelling."""
    found: set[str] = set()
    for name, _ in pairs:
        plain = _plain(name)
        same = plain if plain in callback_news.NAMES else name
        if same in found:
            raise UnreadableJson(f"the name {name[:40]!r} stands twice in one object")
        found.add(same)
    return dict(pairs)


def _said(level: dict[str, Any]) -> dict[str, str]:
    """Return the texts of one object under the names that are read; an id may be a number."""
    texts = {
        _plain(name): _FOREIGN.sub("", str(value)).strip()
        for name, value in level.items()
        if isinstance(value, str | int) and not isinstance(value, bool)
    }
    return {name: text for name, text in texts.items() if text and name in callback_news.NAMES}


def _plain(name: str) -> str:
    return name.lower().replace("_", "").replace("-", "")
