"""Where a number's calls go when its usual route fails: FinalDestinationURI of a tn-options order.

By the OpenAPI schema: ten digits, or `name@ipv4[:port]`, 10 to 60 characters. Its text forbids a leading `sip:`
(5120) while every published sample carries one; such a value is taken and sent as it is.
"""

from __future__ import annotations

import re
from ipaddress import AddressValueError, IPv4Address
from typing import Final

from service import telephone_numbers
from service.order_request.shape import wrong

_SHORTEST: Final = 10
_LONGEST: Final = 60
_LAST_PORT: Final = 65535
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:(?![0-9]*\Z)")
_NAME = re.compile(r"\+?[A-Za-z0-9]+", re.ASCII)
_PORT = re.compile(r"[0-9]{1,5}", re.ASCII)


def final_destination(text: str) -> str:
    """Return the destination as it is sent; a telephone number in any notation becomes ten digits."""
    try:
        return telephone_numbers.parse(text)
    except ValueError:
        _check_address(text)
        return text


def has_scheme(text: str) -> bool:
    """Tell whether a destination begins with `sip:`, about which Bandwidth's documents disagree."""
    return text.lower().startswith("sip:")


def _check_address(text: str) -> None:
    if len(text) > _LONGEST:
        raise wrong("5117", f"Give at most {_LONGEST} characters.")
    if re.fullmatch(r"[+0-9().\s-]*", text, re.ASCII):
        raise wrong("5118", "Give a telephone number of ten digits, or name@ip-address:port.")
    address = text[4:] if has_scheme(text) else text
    scheme = _SCHEME.match(address)
    if scheme and "@" not in scheme[0]:
        raise wrong("5120", "Leave the scheme out: give name@ip-address:port.")
    name, at, host = address.partition("@")
    if not at or not name or len(text) < _SHORTEST:
        raise wrong("5122", "Give name@ip-address:port, or a telephone number of ten digits.")
    if not _NAME.fullmatch(name):
        raise wrong("5121", "Use only letters and digits before the @.")
    _check_host(host)


def _check_host(host: str) -> None:
    ip, colon, port = host.partition(":")
    try:
        IPv4Address(ip)
    except AddressValueError:
        raise wrong("5119", "Give an IPv4 address behind the @.") from None
    if colon and not (_PORT.fullmatch(port) and 0 < int(port) <= _LAST_PORT):
        raise wrong("5122", "Give a port from 1 to 65535 behind the address, or none.")
