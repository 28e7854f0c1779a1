"""The two-letter codes of the USPS: states, territories and military addresses."""

from __future__ import annotations

_CODES = (
    "AL AK AZ AR CA CO CT DE FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC ND OH OK"
    " OR PA RI SC SD TN TX UT VT VA WA WV WI WY DC AS FM GU MH MP PR PW VI AA AE AP"
)

#: Every value that a StateCode may have.
USPS_STATES = frozenset(_CODES.split())
