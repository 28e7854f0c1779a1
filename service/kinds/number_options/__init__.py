"""number-options: options of one telephone number, changed where they are (OpenAPI of .../sippeers/{peerId}/tns/{tn}).

The resource has a vocabulary of its own: `false` clears, where orders for line options say `systemDefault`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Annotated, Final

from pydantic import ConfigDict

from service import telephone_numbers
from service.kind import Kind
from service.kinds.number_options import options_xml, place
from service.order_request.fields import (
    CLEARED,
    Identifier,
    OneOf,
    OptionalClearing,
    Special,
    TelephoneNumber,
    TrueFalse,
)
from service.order_request.model import OrderRequest
from service.order_request.rules import Ruled, Wrong
from service.order_request.shape import needing, wrong
from service.setting import Setting

_FORMATS: Final = ("10digit", "11digit", "e164", CLEARED)
_CALL_FORWARD: Final = f"Give a telephone number of ten digits, or `{CLEARED}`."
_REWRITE_USER: Final = f"Give at most 25 characters without spaces, or `{CLEARED}`."
_OPTIONS: Final = (
    *("number_format", "rpid_format", "rewrite_user", "call_forward"),
    *("calling_name_display", "protected", "sms"),
)
#: seconds between looks at a change; Bandwidth takes it at once and shows it a while later
_LOOKS: Final = (1, 2, 5, 10, 30, 60, 120)
_ADVICE: Final = (
    "Bandwidth goes on answering that another change of this number is under way. Submit these options as an order "
    "of the kind tn-options: that one waits for its turn at Bandwidth."
)


def _call_forward(text: str) -> str:
    try:
        return telephone_numbers.parse(text)
    except ValueError:
        raise wrong("13513", _CALL_FORWARD) from None


def _rewrite_user(text: str) -> str:
    if re.fullmatch(r"\S{1,25}", text):
        return text
    raise wrong("13515", _REWRITE_USER)


class NumberOptionsOrder(OrderRequest, Ruled):
    """An order for options of one number; what is left out stays as it is."""

    model_config = ConfigDict(json_schema_extra=needing("telephone_number"))

    telephone_number: TelephoneNumber | None = None
    #: where the number is; looked up when both are left out
    site_id: Identifier | None = None
    sip_peer_id: Identifier | None = None
    number_format: Annotated[str | None, OneOf("13514", _FORMATS), OptionalClearing] = None
    rpid_format: Annotated[str | None, OneOf("13516", _FORMATS), OptionalClearing] = None
    rewrite_user: Annotated[
        str | None, Special(_rewrite_user, "13515", _REWRITE_USER, (CLEARED,)), OptionalClearing
    ] = None
    call_forward: Annotated[
        str | None, Special(_call_forward, "13513", _CALL_FORWARD, (CLEARED,)), OptionalClearing
    ] = None
    calling_name_display: TrueFalse = None
    protected: TrueFalse = None
    sms: TrueFalse = None

    def rules(self) -> Iterator[Wrong]:
        """Yield what is wrong between the fields."""
        if self.telephone_number is None:
            yield Wrong(("telephone_number",), "13505", "Give the telephone number.")
        if (self.site_id is None) != (self.sip_peer_id is None):
            missing = "site_id" if self.site_id is None else "sip_peer_id"
            yield Wrong((missing,), None, "Give site_id and sip_peer_id, or neither: they are looked up then.")
        if all(getattr(self, option) is None for option in _OPTIONS):
            yield Wrong((), "5115", f"Give at least one option: {', '.join(_OPTIONS)}.")
        if self.call_forward is not None and self.call_forward == self.telephone_number:
            yield Wrong(("call_forward",), "13606", "Forward to another number than this one.")

    def numbers(self) -> Iterator[tuple[str, str]]:
        """Yield the number."""
        yield "/telephone_number", str(self.telephone_number)

    def subjects(self) -> tuple[str, ...]:
        """Return what the order stands in line for: its number."""
        return (str(self.telephone_number),)


_AT_BANDWIDTH: Final = Setting(
    place=place.path,
    is_about=options_xml.is_about,
    element=options_xml.ELEMENT,
    merge=options_xml.merge,
    shows=options_xml.shows,
    looks=len(_LOOKS),
    busy=frozenset({409}),
    busy_advice=_ADVICE,
)

KIND: Final = Kind(
    name="number-options",
    model=NumberOptionsOrder,
    # a PUT while an order for line options is in process is answered 409
    family="options",
    subjects=NumberOptionsOrder.subjects,
    submit=_AT_BANDWIDTH.submit,
    find=_AT_BANDWIDTH.find,
    check=_AT_BANDWIDTH.check,
    looks=_LOOKS,
    subscription_names=(),
    safe_to_resend=True,
    example={"telephone_number": "2018551050", "call_forward": "6042661720", "calling_name_display": True},
)
