"""Telephone numbers of the North American Numbering Plan: ten digits inside, E.164 beside them for people."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

#: what people put between digits
_PUNCTUATION = re.compile(r"[\s().\-/\u2010-\u2015\u00a0]")
_NANP = re.compile(r"(?:\+?1)?([2-9][0-9]{9})", re.ASCII)
#: longest notation that is still a number: "+1 (201) 855 - 1020" with room to spare
LONGEST: Final = 32
#: what `parse` takes, as far as it is ASCII, as a regular expression of JSON Schema
NOTATION: Final = r"^[ ().\-/]*(\+?[ ().\-/]*1[ ().\-/]*)?[2-9]([ ().\-/]*[0-9]){9}[ ().\-/]*$"


def parse(text: str) -> str:
    """Return the ten digits of a number given as ten digits, as E.164, or with the usual punctuation.

    Raises ValueError when it is none of these.
    """
    if len(text) <= LONGEST:
        # most callers send bare digits: five thousand of them should not pay for punctuation
        found = _NANP.fullmatch(text) or _NANP.fullmatch(_PUNCTUATION.sub("", text))
        if found:
            return found[1]
    raise ValueError("is not a telephone number: give ten digits, +1 and ten digits, or the usual punctuation")


def are_bare(values: Sequence[object]) -> bool:
    """Tell whether all values are numbers as `parse` returns them, in much less time than to parse thousands."""
    try:
        digits, lengths = "".join(values), set(map(len, values))  # type: ignore[arg-type]
    except TypeError:
        return False
    return lengths <= {10} and digits.isascii() and digits.isdecimal() and set(digits[::10]).isdisjoint("01")


def e164(ten_digits: str) -> str:
    """Write ten digits as E.164."""
    return f"+1{ten_digits}"
