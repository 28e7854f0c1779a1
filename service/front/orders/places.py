"""Where something is wrong, said with the elements of the XML that a client sent instead of the fields of the JSON."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final

from service.kinds import shelf

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from service.errors import FieldError
    from service.kind import Kind
    from service.order_resource.vocabulary import Part

#: fields whose elements have other names
_OTHERS: Final = {"routes": "Route"}


def said(error: FieldError, kind: Kind) -> str:
    """Return an error's sentence behind the path of the element that it is about, where it does not stand there yet."""
    if not error.pointer.startswith("/"):
        return error.detail
    steps = "/".join(_steps(error.pointer, kind))
    return f"{steps}: {error.detail}" if steps else error.detail


def _steps(pointer: str, kind: Kind) -> Iterator[str]:
    names = _names(kind.name)
    last = ""
    for step in pointer.split("/")[1:]:
        if step.isdecimal() and last:
            yield f"{last}[{int(step) + 1}]"
            last = ""
            continue
        if last:
            yield last
        last = _last(step, names)
    if last:
        yield last


def _last(step: str, names: Mapping[str, str]) -> str:
    plain = step.replace("_", "").lower()
    return _OTHERS.get(step) or names.get(plain) or step


@cache
def _names(kind_name: str) -> dict[str, str]:
    """Return a kind's elements by their names in lower case, without underscores."""
    wire = shelf()[kind_name].xml
    if wire is None:
        return {}
    names = {each.name.lower(): each.name for each in _all(wire.vocabulary)}
    group = next(each for each in _all(wire.vocabulary) if f"{each.name}s".lower() in names and each.many)
    return {**names, "groups": group.name, "telephonenumbers": "TelephoneNumber"}


def _all(part: Part) -> Iterator[Part]:
    yield part
    for each in part.parts:
        yield from _all(each)
