"""The XML of a number's options, `SipPeerTelephoneNumber`: a change merged into what is there, and proved by it."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from typing import Any, Final

from service import xml
from service.order_resource import elements
from service.order_resource.reading import canonical
from service.xml import Element

ELEMENT: Final = "SipPeerTelephoneNumber"
#: clears an option here
CLEARED: Final = "false"
#: how a GET tells that an option is not set
_NOT_SET: Final = frozenset({"", CLEARED, "systemdefault"})
#: options that are one element each, in the order of the published request
_PLAIN: Final = {
    "number_format": "NumberFormat",
    "rpid_format": "RPIDFormat",
    "rewrite_user": "RewriteUser",
    "call_forward": "CallForward",
    "calling_name_display": "CallingNameDisplay",
}
_CLEARABLE: Final = frozenset(tag.lower() for tag in _PLAIN.values())
_ORDER: Final = ("FullNumber", *_PLAIN.values(), "TnAttributes", "MessagingSettings")
_PROTECTED: Final = "Protected"
#: what a GET may show and a PUT does not take
_NEVER_SENT: Final = frozenset({"warnings"})


def merge(now: Element, request: Any) -> Element:
    """Write all that the number has, with the change in it: nobody says what becomes of what a PUT leaves out."""
    asked = {xml.name(each): each for each in _asked(now, request)}
    kept = [_in_words_of_puts(each) for each in now if xml.name(each) not in {*asked, *_NEVER_SENT}]
    return xml.element(ELEMENT, *sorted([*kept, *asked.values()], key=_position))


def shows(now: Element, request: Any) -> bool:
    """Tell whether every option that the order sets is as it sets it."""
    plain = all(
        _equal(getattr(request, field), xml.text(now, tag))
        for field, tag in _PLAIN.items()
        if getattr(request, field) is not None
    )
    protected = request.protected is None or (_PROTECTED in _attributes_of(now)) == (request.protected == "true")
    sms = request.sms is None or _equal(request.sms, xml.text(now, "MessagingSettings", "SmsEnabled"))
    return plain and protected and sms


def _asked(now: Element, request: Any) -> Iterator[Element]:
    yield xml.element("FullNumber", request.telephone_number)
    yield from elements.leaves(request, _PLAIN)
    if request.protected is not None:
        yield _attributes(xml.child(now, "TnAttributes"), protected=request.protected == "true")
    if request.sms is not None:
        yield _messaging(xml.child(now, "MessagingSettings"), request.sms)


def _in_words_of_puts(shown: Element) -> Element:
    """Copy what stays; an option that is cleared is shown in the words of orders, which a PUT does not take."""
    copy = deepcopy(shown)
    if xml.name(copy) in _CLEARABLE and (copy.text or "").strip().lower() in _NOT_SET:
        copy.text = CLEARED
    return copy


def _position(part: Element) -> int:
    known = [tag.lower() for tag in _ORDER]
    return known.index(xml.name(part)) if xml.name(part) in known else len(known)


def _equal(asked: str, told: str | None) -> bool:
    shown = canonical(told)
    return shown in _NOT_SET if asked == CLEARED else shown == canonical(asked)


def _attributes_of(now: Element | None) -> tuple[str, ...]:
    attributes = xml.children(xml.child(now, "TnAttributes"), "TnAttribute")
    return tuple(text for each in attributes if (text := (each.text or "").strip()))


def _attributes(held: Element | None, *, protected: bool) -> Element:
    held_ones = xml.children(held, "TnAttribute")
    others = [deepcopy(each) for each in held_ones if (each.text or "").strip() != _PROTECTED]
    ours = [xml.element("TnAttribute", _PROTECTED)] if protected else []
    return xml.element("TnAttributes", *ours, *others)


def _messaging(held: Element | None, sms: str) -> Element:
    others = [deepcopy(each) for each in held if xml.name(each) != "smsenabled"] if held is not None else []
    return xml.element("MessagingSettings", xml.element("SmsEnabled", sms), *others)
