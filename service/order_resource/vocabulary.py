"""What may stand in the XML of a request, and what may not: an element that nobody carries is a lost setting."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from service import xml
from service.order import Order
from service.order_resource.elements import Table
from service.xml import Element


@dataclass(frozen=True, slots=True)
class Part:
    """An element of a request. `parts` are those that may stand in it; without any it holds a text."""

    name: str
    parts: tuple[Part, ...] = ()
    #: it may stand there more than once
    many: bool = False
    #: it is of Bandwidth's answers, which clients send back: it asks for nothing
    told: bool = False


@dataclass(frozen=True, slots=True)
class OrderXml:
    """The XML of a kind's orders, both ways."""

    vocabulary: Part
    #: reads the JSON body that would make the order, secrets included
    read: Callable[[Element], dict[str, Any]]
    #: writes the body of the POST
    write: Callable[[Order, Any], Element]

    @property
    def name(self) -> str:
        """The element that is an order: `TnOptionOrder`."""
        return self.vocabulary.name


@dataclass(frozen=True, slots=True)
class Objection:
    """An element that is not taken, by its path (`TnOptionGroups/TnOptionGroup[2]/SiteId`), and why."""

    path: str
    why: str


NUMBERS: Final = Part("TelephoneNumbers", (Part("TelephoneNumber", many=True),))
#: what answers tell of an order
_TOLD: Final = (
    *("OrderCreateDate", "AccountId", "CreatedByUser", "OrderId", "id", "LastModifiedDate", "LastModifiedBy"),
    *("ProcessingStatus", "OrderCompleteDate", "CountOfTNs", "userId", "OrderType", "OrderDate", "OrderStatus"),
    *("ErrorList", "Warnings"),
)
_UNKNOWN: Final = "the order tracker does not know it, and would lose it: leave it out"
_TWICE: Final = "it stands there twice, and only one would be carried: give it once"
_TEXT: Final = "it holds elements, and no text"
_MASKED: Final = "it is what an answer shows in place of something else, and no value: give the value, or leave it out"


def order(name: str, *parts: Part) -> Part:
    """Return the vocabulary of an order: its parts, its reference, and what answers tell of it."""
    return Part(name, (Part("CustomerOrderId"), *parts, *(Part(each, told=True) for each in _TOLD)))


def groups(name: str, *parts: Part) -> Part:
    """Return the list of groups with one element's name, each with telephone numbers."""
    return Part(f"{name}s", (Part(name, (NUMBERS, *parts), many=True),))


def leaves(*tables: Table) -> tuple[Part, ...]:
    """Return the elements of tables."""
    return tuple(Part(tag) for table in tables for tag in table.values())


def objections(element: Element, part: Part, path: str = "") -> Iterator[Objection]:
    """Yield what of an element would not be carried; what is empty asks for nothing."""
    known = {each.name.lower(): each for each in part.parts}
    seen: dict[str, int] = {}
    if part.parts and _has_text(element):
        yield Objection(path or part.name, _TEXT)
    elif not part.parts and (element.text or "").strip() == xml.MASK:
        yield Objection(path, _MASKED)
    for each in element:
        name = xml.name(each)
        seen[name] = count = seen.get(name, 0) + 1
        found = known.get(name)
        here = f"{path}/" if path else ""
        shown = f"{here}{found.name if found else _shown(each)}" + (f"[{count}]" if found and found.many else "")
        if found is None:
            if not _is_empty(each):
                yield Objection(shown, _UNKNOWN)
        elif count > 1 and not found.many and not _is_empty(each):
            yield Objection(shown, _TWICE)
        elif not found.told:
            yield from objections(each, found, shown)


def _is_empty(element: Element) -> bool:
    texts: Iterable[Any] = element.itertext()
    return not any(each.strip() for each in texts)


def _has_text(element: Element) -> bool:
    return bool((element.text or "").strip()) or any((each.tail or "").strip() for each in element)


def _shown(element: Element) -> str:
    """Return an element's name as it was written, no longer than a name is."""
    return str(element.tag).rpartition("}")[2][:60]
