"""How large the parts of a body may be: what no order needs is refused at once, by one error.

To tell what is wrong with a part takes a hundred times as long as to parse it, and one body may hold hundreds of
thousands of parts.
"""

from __future__ import annotations

from typing import Any, Final

from service.order_request.rules import Path, Wrong

#: names and entries of one part of a body with all that is below it, numbers aside: a group with 300 routes has fewer
MOST: Final = 2_000
#: of what an order may have thousands: groups, each a part; and the secrets of a retry, one for each of them
_GROUPS: Final = "groups"
_SECRETS: Final = "secrets"
#: what is counted elsewhere, and never looked at one by one
_NUMBERS: Final = "telephone_numbers"
_HOLDERS: Final = (dict, list)


def too_large(body: object, most_secrets: int = MOST) -> Wrong | None:
    """Return where a body is larger than any order; an order itself takes next to no time to be looked at."""
    if not isinstance(body, dict):
        return None
    for name, part in body.items():
        if name == _GROUPS and isinstance(part, list):
            for at, group in enumerate(part):
                if isinstance(group, _HOLDERS) and _size(group, MOST, _NUMBERS) > MOST:
                    return _wrong(group, (name, at), MOST, _NUMBERS)
        elif isinstance(part, _HOLDERS):
            most = most_secrets if name == _SECRETS else MOST
            if _size(part, most) > most:
                return _wrong(part, (name,), most)
    return _wrong(body, (), MOST) if len(body) > MOST else None


def _size(part: Any, most: int, apart: str | None = None) -> int:
    """Count names and entries of an object or a list with all that is below, but for what its `apart` holds.

    It stops as soon as there are more than `most`: what is hostile takes no longer than what is not.
    """
    size = len(part)
    for name, each in part.items() if isinstance(part, dict) else enumerate(part):
        if isinstance(each, _HOLDERS) and name != apart:
            if size > most:
                break
            size += _size(each, most)
    return size


def _wrong(part: Any, path: Path, most: int, apart: str | None = None) -> Wrong:
    """Say what to do, at the deepest place that is too large by itself."""
    for step, each in (part.items() if isinstance(part, dict) else enumerate(part)) if path else ():
        if isinstance(each, _HOLDERS) and step != apart and _size(each, most) > most:
            return _wrong(each, (*path, step), most)
    sentence = f"Leave out what does not belong here: one place takes at most {most} names and entries."
    return Wrong(path, None, sentence)
