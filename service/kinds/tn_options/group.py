"""A group of telephone numbers that get the same line options: TnOptionGroup in Bandwidth's OpenAPI."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Annotated, Final

from pydantic import AfterValidator, BeforeValidator, Field

from service import telephone_numbers
from service.kinds.tn_options.final_destination import final_destination
from service.kinds.tn_options.route_plan import RoutePlan
from service.order_request.fields import (
    SYSTEM_DEFAULT,
    UNCHANGED,
    WRITE_ONLY,
    OneOf,
    Special,
    Text,
    TrueFalse,
    digits_of,
    text_between,
)
from service.order_request.groups import Group
from service.order_request.rules import Ruled, Wrong
from service.order_request.shape import wrong

_NUMBERS: Final = frozenset({"telephone_numbers"})
_LEFT_OR_CLEARED: Final = (UNCHANGED, SYSTEM_DEFAULT)
_FORMATS: Final = ("10digit", "11digit", "e164", *_LEFT_OR_CLEARED)
_ON_OFF: Final = ("on", "off")
_TRUE_FALSE: Final = ("true", "false")
_OR_WORD: Final = f"`{UNCHANGED}` or `{SYSTEM_DEFAULT}`"
_CALL_FORWARD: Final = f"Give a telephone number of ten digits, {_OR_WORD}."
_PASSCODE: Final = f"Give a string of 4 to 10 letters and digits, {_OR_WORD}."
_NNID: Final = f"Give a whole number, {_OR_WORD}."
_REWRITE_USER: Final = f"Give a user name without spaces, {_OR_WORD}."


def _call_forward(text: str) -> str:
    try:
        return telephone_numbers.parse(text)
    except ValueError:
        raise wrong("5080", _CALL_FORWARD) from None


def _passcode(text: str) -> str:
    if re.fullmatch("[A-Za-z0-9]{4,10}", text, re.ASCII):
        return text
    raise wrong("5193", _PASSCODE)


def _nnid(text: str) -> str:
    if re.fullmatch("-?[0-9]{1,18}", text, re.ASCII):
        return text
    raise wrong("5143", _NNID)


def _rewrite_user(text: str) -> str:
    if text and not re.search(r"\s", text):
        return text
    raise wrong("5082", _REWRITE_USER)


class A2pSettings(Ruled):
    """What a number may send as an application: a message class, a campaign, or neither."""

    message_class: Annotated[str, text_between(1, 64)] | None = None
    campaign_id: Annotated[str, text_between(1, 64)] | None = None
    action: Annotated[str | None, OneOf("5138", ("asSpecified", SYSTEM_DEFAULT, "off", "delete", UNCHANGED))] = None

    @property
    def provisions(self) -> bool:
        """Whether the numbers would be set up for it; `asSpecified` is what Bandwidth takes for a missing action."""
        return self.action in (None, "asSpecified")

    def rules(self) -> Iterator[Wrong]:
        """Yield what the action does not go with."""
        if self.action is None and self.message_class is None and self.campaign_id is None:
            yield Wrong((), None, "Give an action, a message class or a campaign, or leave a2p_settings out.")
        for field in ("message_class", "campaign_id"):
            if not self.provisions and getattr(self, field) is not None:
                yield Wrong((field,), "5134", "Leave it out: only the action `asSpecified` takes it.")


class TnOptionGroup(Group):
    """Telephone numbers and the options that all of them get; what is left out stays unchanged."""

    number_format: Annotated[str | None, OneOf("5081", _FORMATS)] = None
    rpid_format: Annotated[str | None, OneOf("5089", _FORMATS)] = None
    rewrite_user: Annotated[str | None, Special(_rewrite_user, "5082", _REWRITE_USER)] = None
    call_forward: Annotated[str | None, Special(_call_forward, "5080", _CALL_FORWARD)] = None
    calling_name_display: Annotated[str | None, OneOf("5079", (*_ON_OFF, *_LEFT_OR_CLEARED), _ON_OFF)] = None
    port_out_passcode: Annotated[str | None, Special(_passcode, "5193", _PASSCODE), WRITE_ONLY] = Field(
        default=None, repr=False
    )
    protected: Annotated[str | None, OneOf("5107", (*_TRUE_FALSE, *_LEFT_OR_CLEARED), _TRUE_FALSE)] = None
    sms: Annotated[str | None, OneOf("5113", (*_ON_OFF, UNCHANGED), _ON_OFF)] = None
    final_destination_uri: Annotated[
        str | None, Special(final_destination, "5122", f"Give name@ip-address:port, a telephone number, {_OR_WORD}.")
    ] = None
    nnid: Annotated[
        str | None, Special(_nnid, "5143", _NNID), BeforeValidator(digits_of, json_schema_input_type=str | int)
    ] = None
    # blanks around it get lost on the way back from Bandwidth
    espid: Annotated[Text, AfterValidator(str.strip), text_between(1, 255)] | None = None
    a2p_settings: A2pSettings | None = None
    origination_route_plan: RoutePlan | None = None
    pindrop_enabled: TrueFalse = None
    call_verification_enabled: TrueFalse = None

    def rules(self) -> Iterator[Wrong]:
        """Yield what this group alone proves wrong, with the code of Bandwidth's error catalogue."""
        yield from super().rules()
        yield from _empty(self)
        yield from _forwards_to_itself(self)
        yield from _two_routes(self)
        yield from _messaging_off(self)


def _empty(group: TnOptionGroup) -> Iterator[Wrong]:
    # what was not given is None
    if all(getattr(group, field) is None for field in group.model_fields_set - _NUMBERS):
        yield Wrong((), "5115", "Give at least one option for the numbers of this group.")


def _forwards_to_itself(group: TnOptionGroup) -> Iterator[Wrong]:
    if group.call_forward in group.telephone_numbers:
        yield Wrong(("call_forward",), "5088", "Forward calls to a number that is not in this group.")


def _two_routes(group: TnOptionGroup) -> Iterator[Wrong]:
    if group.origination_route_plan is None or not group.origination_route_plan.sets_routes:
        return
    for field, code_of_plan, code in (("rewrite_user", "5204", "5206"), ("call_forward", "5203", "5205")):
        if getattr(group, field) not in (None, *_LEFT_OR_CLEARED):
            yield Wrong((field,), code, f"Give {field} or an origination_route_plan, not both.")
            yield Wrong(("origination_route_plan",), code_of_plan, f"Give {field} or a route plan, not both.")


def _messaging_off(group: TnOptionGroup) -> Iterator[Wrong]:
    if group.sms != "off":
        return
    if group.a2p_settings is not None and group.a2p_settings.provisions:
        yield Wrong(("a2p_settings",), "5132", "Turn sms on in this group, or leave a2p_settings out.")
    if group.nnid not in (None, *_LEFT_OR_CLEARED):
        yield Wrong(("nnid",), "5202", "Turn sms on in this group, or leave nnid out.")
