"""The rules of a SipPeerTelephoneNumber that is PUT (OpenAPI of /tns/{tn}; catalogue 5102, 13505 to 13606)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from service.local.sandbox.number_presence import not_there
from service.local.sandbox.number_state import attributes_of, sms_of
from service.local.sandbox.refusals import RefusedError
from service.local.sandbox.xml import Element, text_of

if TYPE_CHECKING:
    from service.local.sandbox.locations import Place

_FORMATS = {"10digit", "11digit", "e164", "false"}
_FLAGS = {"true", "false"}
_TEN_DIGITS = re.compile(r"[0-9]{10}")
_USER = re.compile(r"\S{1,25}")
#: The attributes of the OpenAPI's samples; the catalogue's text knows Protected alone.
_ATTRIBUTES = {"Protected", "External", "Imported", "Hosted"}


def check_number(root: Element, number: str, place: Place) -> None:
    """Refuse options that break a rule, in the order of their elements; an empty element counts as left out."""
    if root.tag != "SipPeerTelephoneNumber":
        raise RefusedError(1019, "Bad request encountered. Please check your request and try again.")
    _check_full_number(root, number, place)
    for name, code, text in (
        ("NumberFormat", 13514, "Number Format '{}' is invalid for telephone number '{}'"),
        ("RPIDFormat", 13516, "RPID Format '{}' is invalid for telephone number '{}'"),
    ):
        value = text_of(root, name)
        if value and value not in _FORMATS:
            raise RefusedError(code, text.format(value, number))
    user = text_of(root, "RewriteUser")
    if user and not _USER.fullmatch(user):
        raise RefusedError(13515, f"Rewrite User '{user}' is invalid for telephone number '{number}'")
    _check_forwarding(text_of(root, "CallForward"), number)
    _check_flags(root)
    _check_attributes(attributes_of(root))


def _check_full_number(root: Element, number: str, place: Place) -> None:
    """Require the path's own number; Bandwidth publishes no code for another one, 13536 is the closest."""
    full_number = text_of(root, "FullNumber")
    if not full_number:
        raise RefusedError(13505, "Full number is required")
    if not _TEN_DIGITS.fullmatch(full_number):
        raise RefusedError(13512, f"'{full_number}' is not a valid 10-digit telephone number")
    if full_number != number:
        raise not_there(full_number, place)


def _check_forwarding(target: str | None, number: str) -> None:
    if not target or target == "false":
        return
    if not _TEN_DIGITS.fullmatch(target):
        raise RefusedError(13513, f"Call Forwarding number '{target}' is not a valid 10-digit telephone number")
    if target == number:
        raise RefusedError(
            13606,
            f"The specified call forwarding number {target} cannot be the same as"
            f" the origin telephone number {number}.",
        )


def _check_flags(root: Element) -> None:
    display, sms = text_of(root, "CallingNameDisplay"), sms_of(root)
    if display and display not in _FLAGS:
        raise RefusedError(13575, f"CallingNameDisplay '{display}' is invalid. Valid values are: 'true', 'false'")
    if sms and sms not in _FLAGS:
        raise RefusedError(1008, f"'{sms}' is not a valid value")


def _check_attributes(attributes: tuple[str, ...]) -> None:
    for attribute in attributes:
        if attribute not in _ATTRIBUTES:
            raise RefusedError(5102, f"Telephone number attribute '{attribute}' is invalid. Valid values: Protected")
        if attributes.count(attribute) > 1:
            raise RefusedError(5102, f"Duplicate telephone number attribute '{attribute}'.")
