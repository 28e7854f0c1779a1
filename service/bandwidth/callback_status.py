"""Bandwidth's `Status` of a subscription, read: free text about the last callback, the only sign of lost ones.

Its documents print `READY`, `200 OK` and "some message containing status code and response body of last callback".
"""

from __future__ import annotations

import re
from typing import Final

_CODE_FIRST: Final = re.compile(r"\s*(?:HTTP/[\d.]+\s+)?([1-5]\d\d)\b", re.ASCII)
_CODE_INSIDE: Final = re.compile(r"(?<![\d.:])([1-5]\d\d)(?![\d.:])", re.ASCII)
_FAILURE: Final = re.compile("exception|error|fail|refused|time-?d? ?out|unreachable", re.IGNORECASE)


def fails(status: str) -> bool:
    """Tell whether the last callback was lost: by its status code, or by words like an exception's name."""
    if code := _CODE_FIRST.match(status):
        return not code[1].startswith("2")
    if _FAILURE.search(status):
        return True
    code = _CODE_INSIDE.search(status)
    return code is not None and not code[1].startswith("2")
