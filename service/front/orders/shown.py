"""A request as it is kept, seen as the kinds' writers see one that was just read; secrets and names may be masked.

Nothing is validated again: what is masked is no valid value, and what was placed elsewhere need not be one of ours.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from service import xml
from service.kinds import shelf

if TYPE_CHECKING:
    from service.order import Order
    from service.xml import Element

#: fields that hold several of something
_LISTS: Final = frozenset({"groups", "telephone_numbers", "routes"})


class Shown:
    """A part of a request: its fields are attributes, and those that it lacks are None, or hold nothing."""

    __slots__ = ("_fields",)

    def __init__(self, fields: Mapping[str, Any]) -> None:
        self._fields = fields

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        value = self._fields.get(name)
        if value is None:
            return () if name in _LISTS else None
        return _seen(value)


def parts(order: Order) -> list[Element]:
    """Return what an order asks for, as its kind writes it to Bandwidth, the reference aside."""
    wire = shelf()[order.kind].xml
    if wire is None:
        return []
    written = wire.write(order, Shown(order.request))
    return [each for each in written if xml.name(each) != "customerorderid"]


def _seen(value: Any) -> Any:
    if isinstance(value, Mapping):
        return Shown(value)
    if isinstance(value, list | tuple):
        return tuple(_seen(each) for each in value)
    return value if isinstance(value, str) else str(value).lower() if isinstance(value, bool) else str(value)
