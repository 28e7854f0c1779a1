"""Where a location's calls go when its routes fail: FinalDestinationUri of a SIP peer (guide "Set a Failover URI").

`sip:address@host[:port]`, or `+13332221111@PSTN`. A single number's destination (FinalDestinationURI of tn-options) has
other rules: `name@ipv4[:port]` or ten digits.
"""

from __future__ import annotations

import re
from typing import Final

from service import telephone_numbers
from service.order_request.fields import CLEARED
from service.order_request.shape import wrong

EXPECTED: Final = f"Give sip:address@host, +13332221111@PSTN, or `{CLEARED}` to take the destination away."
_OF_A_NUMBER: Final = (
    "This is how a single number's destination is written. At a location: sip:address@host, or +13332221111@PSTN."
)
_PSTN: Final = "@PSTN"
_SIP: Final = re.compile(r"sip:[^@\s]+@[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?::(?P<port>[0-9]{1,5}))?", re.ASCII)
_LAST_PORT: Final = 65535
_NUMBERS_FORM: Final = re.compile(r"\+?[0-9]{10,11}|[^@\s:]+@[^@\s]+", re.ASCII)
#: Bandwidth publishes no length
_LONGEST: Final = 255


def destination(text: str) -> str:
    """Return the destination as it is sent; a telephone number in any notation as Bandwidth writes it (13510)."""
    if len(text) > _LONGEST:
        raise wrong("13510", f"Give at most {_LONGEST} characters.")
    if text.upper().endswith(_PSTN):
        return _on_pstn(text[: -len(_PSTN)])
    found = _SIP.fullmatch(text)
    if found and 0 < int(found["port"] or _LAST_PORT) <= _LAST_PORT:
        return text
    raise wrong("13510", _OF_A_NUMBER if _NUMBERS_FORM.fullmatch(text) else EXPECTED)


def _on_pstn(number: str) -> str:
    try:
        return telephone_numbers.e164(telephone_numbers.parse(number)) + _PSTN
    except ValueError:
        raise wrong("13510", EXPECTED) from None
