"""The states of an address, as the United States Postal Service abbreviates them (Bandwidth's error 16114)."""

from __future__ import annotations

from typing import Final

#: the fifty states, the capital's district, territories, and the armed forces' three
USPS_STATES: Final = (
    *("AL", "AK", "AZ", "AR", "CA", "CO", "CT", "DE", "FL", "GA", "HI", "ID", "IL", "IN", "IA", "KS", "KY", "LA"),
    *("ME", "MD", "MA", "MI", "MN", "MS", "MO", "MT", "NE", "NV", "NH", "NJ", "NM", "NY", "NC", "ND", "OH", "OK"),
    *("OR", "PA", "RI", "SC", "SD", "TN", "TX", "UT", "VT", "VA", "WA", "WV", "WI", "WY"),
    *("DC", "AS", "GU", "MP", "PR", "VI", "AA", "AE", "AP"),
)
