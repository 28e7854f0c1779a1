"""The options of single numbers below a location: shown as Bandwidth shows them; a PUT becomes an order.

The words of a PUT are those of the kind: `false` clears. What is left out stays as it is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from service import xml
from service.carrier_words import ten_digits
from service.errors import FieldError, MalformedRequest
from service.front.answers import empty, xml_answer
from service.front.asking import ask
from service.front.entrance import enter
from service.front.operation import ACCOUNT, Operation
from service.front.places import ordering
from service.front.places.address import PEER, at_bandwidth
from service.kinds import shelf
from service.order_request.fields import CLEARED
from service.scopes import Scope

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from service.front.places.ordering import Made
    from service.xml import Element

_KIND: Final = shelf()["number-options"]
_ROOT: Final = "SipPeerTelephoneNumberResponse"
_SETTING: Final = "SipPeerTelephoneNumber"
_ALL: Final = PEER + "/tns"
_ONE: Final = _ALL + "/{number}"
#: what a list's query may say
_QUERY: Final = ("page", "size", "includeAttributes")
#: fields that are one element each; SDKs write RPIDFormat in other letters
_PLAIN: Final = {
    "number_format": "NumberFormat",
    "rpid_format": "RPIDFormat",
    "rewrite_user": "RewriteUser",
    "call_forward": "CallForward",
    "calling_name_display": "CallingNameDisplay",
}
#: how a GET shows an option that an order for line options has cleared
_CLEARED_BY_ORDER: Final = "systemdefault"
_PROTECTED: Final = "protected"
#: what a PUT may say, and what may stand in the two of them that have parts
_CARRIED: Final = {
    "fullnumber": (),
    **{tag.lower(): () for tag in _PLAIN.values()},
    "tnattributes": ("tnattribute",),
    "messagingsettings": ("smsenabled",),
}
#: Bandwidth's codes for a number that is not where the address says, and for what is not allowed
_NOT_THERE: Final = "13536"
_NOT_ALLOWED: Final = "1005"


def operations() -> list[Operation]:
    """Return what may be called about the numbers of a location."""
    return [
        Operation("GET", ACCOUNT + _ALL, listed, "front.numbersOfLocation", "SipPeerTelephoneNumbersResponse"),
        Operation("GET", ACCOUNT + _ONE, fetched, "front.numberOptions", _ROOT),
        Operation("PUT", ACCOUNT + _ONE, replaced, "front.replaceNumberOptions", _ROOT, Scope.WRITE),
    ]


async def listed(request: Request) -> Response:
    """Answer a page of a location's numbers."""
    given = request.query_params
    return await _passed_on(request, _ALL, {name: given[name] for name in _QUERY if name in given})


async def fetched(request: Request) -> Response:
    """Answer a number's options."""
    return await _passed_on(request, _ONE)


async def replaced(request: Request) -> Response:
    """Change a number's options by an order; 200 without a body, or with Bandwidth's warnings."""
    at_bandwidth(request, _ONE)
    asked = await ordering.read(request, _SETTING)
    number = ten_digits(request.path_params["number"])
    _require_its_own(asked, number)
    _require_carried(asked)
    options = _options(asked)
    if not options:
        # it says nothing but the number: what Bandwidth answers to that, too
        return empty(200)
    made = await ordering.order(request, _KIND, {"telephone_number": number, **ordering.place(request), **options})
    if made.is_refused:
        return made.refused(_ROOT)
    return _warned(made, number) if made.order.warnings else empty(200, made.headers)


async def _passed_on(request: Request, pattern: str, query: dict[str, str] | None = None) -> Response:
    desk, _, account_id = enter(request)
    said = await ask(desk, account_id, at_bandwidth(request, pattern), query)
    return xml_answer(said.root, said.status)


def _require_its_own(asked: Element, number: str) -> None:
    named = xml.text(asked, "FullNumber")
    if named is not None and ten_digits(named) != number:
        detail = f"The address is of {number}, and FullNumber of {named[:20]}."
        raise MalformedRequest(detail, (FieldError("/FullNumber", detail, _NOT_THERE),))


def _require_carried(asked: Element) -> None:
    """Refuse what an order cannot carry: dropped silently, a setting would be lost."""
    for each in asked:
        parts = _CARRIED.get(xml.name(each))
        strange = each if parts is None else next((part for part in each if xml.name(part) not in parts), None)
        if strange is not None and (len(strange) or (strange.text or "").strip()):
            tag = str(strange.tag)
            detail = f"{tag} is not allowed: change it at Bandwidth, or by an order of tnoptions."
            raise MalformedRequest(detail, (FieldError(f"/{tag}", detail, _NOT_ALLOWED),))


def _options(asked: Element) -> dict[str, str]:
    """Return the fields of the order; an empty element counts as left out, as at Bandwidth."""
    said = ((field, xml.text(asked, tag)) for field, tag in _PLAIN.items())
    options = {field: CLEARED if text.lower() == _CLEARED_BY_ORDER else text for field, text in said if text}
    attributes = xml.child(asked, "TnAttributes")
    if attributes is not None and len(attributes):
        named = ((each.text or "").strip().lower() for each in xml.children(attributes, "TnAttribute"))
        options["protected"] = "true" if _PROTECTED in named else "false"
    sms = xml.text(asked, "MessagingSettings", "SmsEnabled")
    return {**options, "sms": sms} if sms else options


def _warned(made: Made, number: str) -> Response:
    warnings = (
        xml.element(
            "Warning", xml.element("TelephoneNumber", number), xml.element("Description", xml.plain(each.description))
        )
        for each in made.order.warnings
    )
    shown = xml.element(_SETTING, xml.element("Warnings", *warnings))
    return xml_answer(xml.element(_ROOT, shown), 200, made.headers)
