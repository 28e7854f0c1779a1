"""The XML of a number's options, `SipPeerTelephoneNumber`: a change merged into what is there, and proved by it."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from typing import Any, Final

from service import xml
from service.carrier_words import ten_digits
from service.order_request.fields import CLEARED
from service.order_resource import elements
from service.xml import Element

ELEMENT: Final = "SipPeerTelephoneNumber"
#: how a GET tells that an option is not set; `systemDefault` where an order for line options has cleared it
_NOT_SET: Final = frozenset({"", CLEARED, "systemdefault"})
#: options that are one element each, in the order of the published request
_PLAIN: Final = {
    "number_format": "NumberFormat",
    "rpid_format": "RPIDFormat",
    "rewrite_user": "RewriteUser",
    "call_forward": "CallForward",
    "calling_name_display": "CallingNameDisplay",
}
#: those that `false` clears; for the others it is a value
_CLEARABLE: Final = frozenset({"numberformat", "rpidformat", "rewriteuser", "callforward"})
_ORDER: Final = ("FullNumber", *_PLAIN.values(), "TnAttributes", "MessagingSettings")
_PROTECTED: Final = "Protected"
#: what a GET may show and a PUT does not take
_NEVER_SENT: Final = frozenset({"warnings"})


def merge(now: Element, request: Any) -> Element:
    """Write all that the number has, with the change in it: nobody says what becomes of what a PUT leaves out."""
    asked = {xml.name(each): each for each in _asked(now, request)}
    kept = [_in_words_of_puts(each) for each in now if xml.name(each) not in {*asked, *_NEVER_SENT}]
    return xml.element(ELEMENT, *sorted([*kept, *asked.values()], key=_position))


def is_about(shown: Element, request: Any) -> bool:
    """Tell whether a picture is of the order's number."""
    number = xml.text(shown, "FullNumber")
    return number is None or ten_digits(number) == request.telephone_number


def shows(now: Element, request: Any) -> bool:
    """Tell whether every option that the order sets is as it sets it."""
    asked = ((tag, getattr(request, field)) for field, tag in _PLAIN.items())
    plain = all(_is_shown(tag, value, xml.text(now, tag)) for tag, value in asked if value is not None)
    protected = request.protected is None or _is_protected(now) == (request.protected == "true")
    sms = request.sms is None or _is_on(xml.text(now, "MessagingSettings", "SmsEnabled")) == (request.sms == "true")
    return plain and protected and sms


def _is_shown(tag: str, asked: str, told: str | None) -> bool:
    match tag:
        case "CallingNameDisplay":
            return _is_on(told) == (asked == "true")
        case _ if asked == CLEARED:
            return (told or "").lower() in _NOT_SET
        case "RewriteUser":
            # the spelling is the setting
            return told == asked
        case "CallForward":
            return ten_digits(told or "") == asked
    return (told or "").lower() == asked.lower()


def _is_on(told: str | None) -> bool | None:
    """Return a switch; one that is not shown is off, a word that is none of the two neither."""
    return {"true": True, "false": False, "": False}.get((told or "").lower())


def _is_protected(now: Element) -> bool:
    attributes = xml.children(xml.child(now, "TnAttributes"), "TnAttribute")
    return any((each.text or "").strip().lower() == _PROTECTED.lower() for each in attributes)


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


def _attributes(held: Element | None, *, protected: bool) -> Element:
    held_ones = xml.children(held, "TnAttribute")
    others = [deepcopy(each) for each in held_ones if (each.text or "").strip().lower() != _PROTECTED.lower()]
    ours = [xml.element("TnAttribute", _PROTECTED)] if protected else []
    return xml.element("TnAttributes", *ours, *others)


def _messaging(held: Element | None, sms: str) -> Element:
    others = [deepcopy(each) for each in held if xml.name(each) != "smsenabled"] if held is not None else []
    return xml.element("MessagingSettings", xml.element("SmsEnabled", sms), *others)
