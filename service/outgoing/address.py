"""Where events may go: the form of an endpoint's URL, and the guard of the addresses that its host leads to.

A URL has one spelling only: what two programs may read in two ways (user names, other notations of IPv4, names in
other alphabets, a dot at the end) is refused instead of being understood.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Final

from service.allow_list import Address, AllowList
from service.outgoing.networks import OWN, special

MOST_CHARACTERS: Final = 2_048
_HTTP_PORT: Final = 80
_HTTPS_PORT: Final = 443
_MOST_PORT: Final = 65_535
_LONGEST_NAME: Final = 253

_VISIBLE: Final = re.compile(r"[\x21-\x7e]*", re.ASCII)
_URL: Final = re.compile(
    r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*)://(?P<authority>[^/?#\\]+)(?P<target>[^#\\]*)(?P<fragment>#.*)?", re.ASCII
)
_AUTHORITY: Final = re.compile(r"(?P<host>\[[0-9A-Fa-f:.]+\]|[^:\[\]]+)(?::(?P<port>.*))?", re.ASCII)
_PORT: Final = re.compile(r"[1-9][0-9]{0,4}", re.ASCII)
_LABEL: Final = re.compile(r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?", re.ASCII)
#: browsers and C libraries read such a last part as a number
_NUMBER_AT_THE_END: Final = re.compile(r"(.*\.)?([0-9]+|0x[0-9a-f]*)\.?", re.ASCII)


class NotAllowed(ValueError):
    """Events do not go there; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Destination:
    """Where an event goes, read from a URL that has passed."""

    is_tls: bool
    #: in lower case, an IPv6 address without brackets
    host: str
    port: int
    #: path and query
    target: str
    #: value of the header Host
    authority: str
    #: the address that stands in the URL instead of a name
    literal: Address | None


def check_url(url: str, allowed: Sequence[str]) -> None:
    """Hold an endpoint's URL to the rules without resolving its host.

    `allowed` are the entries of TRACKER_OUTGOING_ALLOW. Raises ValueError with a sentence that says what to do.
    """
    destination(url, AllowList.read(allowed))


def destination(url: str, allowed: AllowList) -> Destination:
    """Read a URL; raises NotAllowed. The addresses of its host are still to be guarded."""
    if len(url) > MOST_CHARACTERS:
        raise NotAllowed(f"Give a URL of at most {MOST_CHARACTERS} characters.")
    if _VISIBLE.fullmatch(url) is None:
        raise NotAllowed("Write the URL in visible ASCII: the host as xn--..., everything else percent-encoded.")
    parts = _URL.fullmatch(url)
    if parts is None:
        raise NotAllowed("Give a whole URL such as https://hooks.example.com/orders.")
    if parts["fragment"] is not None:
        raise NotAllowed("Leave out the # and what follows it: it is never sent.")
    scheme = parts["scheme"].lower()
    if scheme not in {"http", "https"}:
        raise NotAllowed("Give a URL that begins with https://.")
    host, literal, port = _authority(parts["authority"])
    _check_host(host, literal, allowed)
    if scheme == "http" and not _is_named(host, literal, allowed):
        raise NotAllowed("Give an https URL: http only goes to hosts that TRACKER_OUTGOING_ALLOW names.")
    default = _HTTPS_PORT if scheme == "https" else _HTTP_PORT
    written = f"[{host}]" if isinstance(literal, IPv6Address) else host
    return Destination(
        is_tls=scheme == "https",
        host=host,
        port=port or default,
        target=parts["target"] if parts["target"].startswith("/") else f"/{parts['target']}",
        authority=f"{written}:{port}" if port not in {None, default} else written,
        literal=literal,
    )


def guarded(place: Destination, addresses: Sequence[str], allowed: AllowList) -> list[str]:
    """Return the addresses that a destination's host leads to when every one of them may be called.

    Raises NotAllowed when one may not, whatever the others are.
    """
    for each in addresses:
        _check_address(ip_address(each), allowed, is_named=allowed.names(place.host))
    return list(addresses)


def _authority(text: str) -> tuple[str, Address | None, int | None]:
    if "@" in text:
        raise NotAllowed("Leave out user name and password: events carry a signature instead.")
    parts = _AUTHORITY.fullmatch(text)
    if parts is None:
        raise NotAllowed("Give a host, and a port behind a colon if need be; an IPv6 address stands in brackets.")
    port = parts["port"]
    if port is not None and (_PORT.fullmatch(port) is None or int(port) > _MOST_PORT):
        raise NotAllowed(f"Give a port from 1 to {_MOST_PORT}, or none.")
    host, literal = _host(parts["host"].lower())
    return host, literal, None if port is None else int(port)


def _host(text: str) -> tuple[str, Address | None]:
    try:
        literal = IPv6Address(text[1:-1]) if text.startswith("[") else IPv4Address(text)
    except ValueError:
        if text.startswith("[") or _NUMBER_AT_THE_END.fullmatch(text) is not None:
            raise NotAllowed("Write an address as four decimal numbers, or as IPv6 in brackets.") from None
        return text, None
    return str(literal), literal


def _check_host(host: str, literal: Address | None, allowed: AllowList) -> None:
    if literal is not None:
        _check_address(literal, allowed, is_named=False)
        return
    if host.endswith("."):
        raise NotAllowed("Leave out the dot at the end of the host.")
    if len(host) > _LONGEST_NAME or not all(_LABEL.fullmatch(each) for each in host.split(".")):
        raise NotAllowed("Give a host name of letters, digits and dashes between dots.")
    if ("." not in host or host.endswith(".localhost")) and not allowed.names(host):
        raise NotAllowed(
            "Give a host's full public name: others are called only where TRACKER_OUTGOING_ALLOW names them."
        )


def _check_address(address: Address, allowed: AllowList, *, is_named: bool) -> None:
    word = special(address)
    if word is None or allowed.holds(address) or (is_named and word in OWN):
        return
    raise NotAllowed(f"The host is at a {word} address: such are called only where TRACKER_OUTGOING_ALLOW names them.")


def _is_named(host: str, literal: Address | None, allowed: AllowList) -> bool:
    return allowed.names(host) if literal is None else allowed.holds(literal)
