"""The rules of FinalDestinationURI in a TnOptionGroup (errors 5117 to 5122)."""

from __future__ import annotations

import ipaddress
import re

from service.local.sandbox.refusals import RefusedError

_LONGEST = 60
_TEN_DIGITS = re.compile(r"[0-9]{10}")
_URI = re.compile(r"(?P<name>[^@]+)@(?P<host>[^@:]+)(:[0-9]{1,5})?")
_NAME = re.compile(r"[A-Za-z0-9+._-]+")


def check_final_destination(value: str) -> None:
    """Refuse anything but a number or name@ipv4[:port].

    The text forbids a leading `sip:`, yet every documented sample has one: it is accepted.
    """
    if value in {"unchanged", "systemDefault"}:
        return
    if len(value) > _LONGEST:
        raise RefusedError(5117, f"FinalDestinationURI is too long ({_LONGEST} characters max).")
    if "@" not in value:
        if not _TEN_DIGITS.fullmatch(value):
            raise RefusedError(5118, "FinalDestinationURI is not a valid telephone number.")
        return
    _check_uri(value.removeprefix("sip:"))


def _check_uri(value: str) -> None:
    parts = _URI.fullmatch(value)
    if parts is None:
        raise RefusedError(
            5122, "The format of the FinalDestinationURI needs to match the form 'name@ip-address:port'."
        )
    if not _NAME.fullmatch(parts["name"]):
        raise RefusedError(5121, "FinalDestinationURI can contain only alphanumerics.")
    try:
        ipaddress.IPv4Address(parts["host"])
    except ValueError as error:
        raise RefusedError(5119, "FinalDestinationURI host portion must be a valid IPv4 address.") from error
