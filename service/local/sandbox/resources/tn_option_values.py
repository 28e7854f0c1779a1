"""The values that each option of a TnOptionGroup may have, in the spelling that is published."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from service.local.sandbox.refusals import RefusedError
from service.local.sandbox.resources.final_destination import check_final_destination

if TYPE_CHECKING:
    from collections.abc import Callable

#: Values that almost every option takes: leave it, or clear it.
KEEP = ("unchanged", "systemDefault")

_TEN_DIGITS = re.compile(r"[0-9]{10}")
_PASSCODE = re.compile(r"[A-Za-z0-9]{4,10}")
_FORMATS = {"10digit", "11digit", "e164", *KEEP}


def _one_of(values: set[str], code: int, text: str) -> Callable[[str], None]:
    def check(value: str) -> None:
        if value not in values:
            raise RefusedError(code, text.format(value))

    return check


def _like(pattern: re.Pattern[str], code: int, text: str) -> Callable[[str], None]:
    def check(value: str) -> None:
        if value not in KEEP and not pattern.fullmatch(value):
            raise RefusedError(code, text.format(value))

    return check


_FLAG = _one_of({"true", "false"}, 1008, "'{}' is not a valid value")

#: The check of each option's value, by element.
VALUE_CHECKS: dict[str, Callable[[str], None]] = {
    "NumberFormat": _one_of(_FORMATS, 5081, "Number Format '{}' is invalid."),
    "RPIDFormat": _one_of(_FORMATS, 5089, "RPID Format '{}' is invalid."),
    "RewriteUser": _like(re.compile(r"\S+"), 5082, "Rewrite User '{}' is invalid."),
    "CallForward": _like(_TEN_DIGITS, 5080, "Call Forwarding number '{}' is not a valid 10-digit telephone number."),
    "CallingNameDisplay": _one_of(
        {"on", "off", *KEEP},
        5079,
        "CallingNameDisplay '{}' is invalid. Valid values are: on, off, unchanged, systemDefault",
    ),
    "PortOutPasscode": _like(
        _PASSCODE,
        5193,
        "Port-Out Passcode is invalid. Passcode should has between 4 and 10 alpha-numeric characters"
        " / unchanged / systemDefault",
    ),
    "Protected": _one_of(
        {"true", "false", "TRUE", "FALSE", "UNCHANGED", *KEEP},
        5108,
        "Protected attribute '{}' is invalid. Valid values: TRUE, FALSE, UNCHANGED",
    ),
    "Sms": _one_of({"on", "off", "unchanged"}, 5113, "Sms '{}' is invalid. Valid values are: on, off, unchanged"),
    "FinalDestinationURI": check_final_destination,
    "NNID": _like(re.compile(r"[0-9]+"), 5143, "The NNID provided must be a valid integer"),
    "ESPID": _like(re.compile(r"\S+"), 5141, "The ESPID provided is not recognized in the system"),
    "PindropEnabled": _FLAG,
    "CallVerificationEnabled": _FLAG,
}
