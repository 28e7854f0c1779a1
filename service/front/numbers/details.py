"""The details of a number (/tns/{tn} and below), as Bandwidth shows them, to clients of the account that has it.

Bandwidth's details are of no account, and every answer here is read from them: whose the number is stands nowhere else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from service import telephone_numbers, xml
from service.carrier_errors import carrier_errors
from service.carrier_words import ten_digits
from service.errors import (
    BandwidthRefused,
    BandwidthUnavailable,
    FieldError,
    MalformedRequest,
    ScopeMissing,
    TrackerError,
)
from service.front.answers import xml_answer
from service.front.asking import ask
from service.front.entrance import caller
from service.front.numbers import shown
from service.front.operation import Operation

if TYPE_CHECKING:
    from collections.abc import Iterator

    from starlette.requests import Request
    from starlette.responses import Response

    from service.xml import Element

_ROOT: Final = "TelephoneNumberResponse"
_ONE: Final = "/tns/{number}"
#: Bandwidth's code for a number that it does not know
_UNKNOWN: Final = "12512"


def operations() -> list[Operation]:
    """Return what may be called about a number."""
    return [
        Operation("GET", _ONE, summary, "front.number", _ROOT),
        Operation("GET", _ONE + "/sites", site, "front.siteOfNumber", _ROOT),
        Operation("GET", _ONE + "/sippeers", location, "front.locationOfNumber", _ROOT),
        Operation("GET", _ONE + "/tndetails", details, "front.numberDetails", _ROOT),
    ]


async def summary(request: Request) -> Response:
    """Answer in short: its state, its account, its site."""
    return xml_answer(shown.summary(await _part(request)))


async def site(request: Request) -> Response:
    """Answer its site."""
    return xml_answer(shown.short(await _part(request), "Site", "Id", "Name"))


async def location(request: Request) -> Response:
    """Answer its location."""
    return xml_answer(shown.short(await _part(request), "SipPeer", "PeerId", "PeerName"))


async def details(request: Request) -> Response:
    """Answer all that may be told."""
    part = await _part(request)
    _, client = caller(request)
    return xml_answer(xml.element(_ROOT, shown.told(part, personal=client.sees_personal)))


async def _part(request: Request) -> Element:
    """Return what Bandwidth tells of the number on an account of the client's.

    Raises MalformedRequest (12512) for a number that Bandwidth does not know and for one of other accounts, in one
    sentence for both, so that nobody learns which numbers others have. Raises ScopeMissing for a client that has no
    account here, and as `ask` does.
    """
    desk, client = caller(request)
    written: str = request.path_params["number"]
    try:
        number = telephone_numbers.parse(written)
    except ValueError:
        raise _unknown(written) from None
    if not client.accounts:
        raise ScopeMissing("Access Denied")
    # the account only pays for the question
    said = await ask(desk, min(client.accounts), f"/tns/{number}/tndetails")
    if not said.is_taken:
        raise _refused(said.root, written)
    found = xml.descend(said.root, "TelephoneNumberDetails")
    if found is None or ten_digits(xml.text(found, "FullNumber") or number) != number:
        raise BandwidthUnavailable("Bandwidth's answer does not tell of this number.")
    part = next((each for each in _parts(found) if xml.text(each, "AccountId") in client.accounts), None)
    if part is None:
        raise _unknown(written)
    return part


def _parts(found: Element) -> Iterator[Element]:
    yield found
    yield from xml.children(xml.child(found, "HostedTelephoneNumberDetails"), "HostedTelephoneNumberDetail")


def _refused(root: Element, written: str) -> TrackerError:
    errors = carrier_errors(root)
    if any(each.code == _UNKNOWN for each in errors):
        return _unknown(written)
    return BandwidthRefused("; ".join(each.description for each in errors))


def _unknown(written: str) -> MalformedRequest:
    detail = f"Telephone number '{written[:20]}' is not valid"
    return MalformedRequest(detail, (FieldError("", detail, _UNKNOWN),))
