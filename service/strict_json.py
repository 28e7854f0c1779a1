"""JSON, read strictly: what two readers could understand differently is refused. And written in one way."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any, Final

import orjson

from service.errors import FieldError, MalformedRequest

#: levels of lists and objects in one text; an order has five
DEEPEST: Final = 64


def parse(body: bytes, subject: str = "The body", line: int = 1) -> Any:
    """Parse JSON in UTF-8; duplicate keys, NaN, endless nesting and huge numbers are refused.

    Raises MalformedRequest, which calls it by `subject` and counts its lines from `line`.
    """
    try:
        found = json.loads(body.decode("utf-8"), object_pairs_hook=_unique, parse_constant=_refuse_constant)
    except RecursionError:
        raise MalformedRequest("The JSON is nested too deeply.") from None
    except UnicodeDecodeError as error:
        raise MalformedRequest(f"{subject} is not UTF-8: byte {error.start}.") from None
    except json.JSONDecodeError as error:
        place = f"line {error.lineno + line - 1} column {error.colno}"
        raise MalformedRequest(f"{subject} is not JSON: {error.msg}, {place}.") from None
    except ValueError as error:
        raise MalformedRequest(f"{subject} cannot be read: {str(error)[:200]}") from None
    # only what has so many brackets can be so deep
    if body.count(b"[") + body.count(b"{") >= DEEPEST and _is_deep(found):
        raise MalformedRequest("The JSON is nested too deeply.")
    return found


def canonical(value: Any) -> bytes:
    """Write parsed JSON so that the same value, however it was written, is the same bytes."""
    try:
        return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
    except orjson.JSONEncodeError:
        # half a character, or more than 64 bits: whoever looks at the value will refuse it, and may do so later
        return json.dumps(value, sort_keys=True).encode()


def _is_deep(value: Any) -> bool:
    # how deep the parser itself can go depends on Python's version; whoever walks the value must not fall
    level = [value]
    for _ in range(DEEPEST):
        parts = (each.values() if isinstance(each, dict) else each for each in level if isinstance(each, dict | list))
        level = [each for part in parts for each in part if isinstance(each, dict | list)]
        if not level:
            return False
    return True


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        twice = Counter(name for name, _ in pairs).most_common(1)[0][0]
        raise MalformedRequest(
            f"The name {twice[:40]!r} appears twice in one object.",
            (FieldError("", f"the name {twice[:40]!r} appears twice in one object; keep one"),),
        )
    return found


def _refuse_constant(text: str) -> Any:
    raise MalformedRequest(f"{text} is not valid JSON.")
