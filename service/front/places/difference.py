"""What a PUT of a whole location says that is not so already: a client writes back all it has read.

What is left out says nothing: the SDKs lose elements between their GET and their PUT, and none of them means it. A
mask that was sent back says nothing either.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from lxml import etree

from service import xml

if TYPE_CHECKING:
    from collections.abc import Iterator

    from service.xml import Element

DESTINATION: Final = "FinalDestinationUri"
#: what a GET shows and nobody changes
_READ_ONLY: Final = frozenset({"tncount", "suggestedaddresses"})
_PLAN: Final = "originationrouteplan"
#: what a PUT says of a route plan that stays, or is as it shows
_STAYS: Final = frozenset({"unchanged", "asspecified"})


def others(asked: Element, now: Element) -> Iterator[str]:
    """Yield the names of elements, the destination apart, that the PUT would change."""
    shown = _by_name(now)
    for name, some in _by_name(asked).items():
        if name != DESTINATION.lower() and name not in _READ_ONLY and not _is_so(name, some, shown.get(name, [])):
            yield str(some[0].tag)


def _is_so(name: str, asked: list[Element], shown: list[Element]) -> bool:
    if name == _PLAN and (action := (xml.text(asked[0], "Action") or "").lower()):
        return action == "unchanged" or (action in _STAYS and _agree(_without_action(asked), shown))
    return _agree(asked, shown)


def _agree(asked: list[Element], now: list[Element]) -> bool:
    """Tell whether elements of one name say what the shown ones do, each in its turn."""
    if not now:
        return not any(_says(each) for each in asked)
    return len(asked) == len(now) and all(_agrees(*pair) for pair in zip(asked, now, strict=True))


def _agrees(asked: Element, now: Element) -> bool:
    if len(asked) == 0:
        said = _words(asked)
        return said == xml.MASK or (said == _words(now) if len(now) == 0 else not (said or _says(now)))
    shown = _by_name(now)
    return all(_agree(some, shown.get(name, [])) for name, some in _by_name(asked).items())


def _by_name(parent: Element) -> dict[str, list[Element]]:
    found: dict[str, list[Element]] = {}
    for each in parent.iterchildren(etree.Element):
        found.setdefault(xml.name(each), []).append(each)
    return found


def _without_action(plans: list[Element]) -> list[Element]:
    for each in plans:
        for action in list(xml.children(each, "Action")):
            each.remove(action)
    return plans


def _says(element: Element) -> bool:
    return any(_words(each) for each in element.iter(etree.Element))


def _words(element: Element) -> str:
    # words vary in case: AddressType is SERVICE in a request and Service in an answer
    return (element.text or "").strip().lower()
