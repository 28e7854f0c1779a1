"""What somebody pasted into the search box, and what it may stand for."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from service import telephone_numbers
from service.doorway import order_filter
from service.errors import FieldError, MalformedRequest

#: characters that are looked for; `base.html` holds the box to them
LONGEST: Final = 200
#: what is pasted around a thing's name, and is none of it
_AROUND: Final = " \t\u00a0\"'`\u00b4\u2018\u2019\u201c\u201d\u00ab\u00bb<>[]{},;#"
_BEFORE: Final = re.compile(
    r"(?:(?:customer|bandwidth|order|reference|ref|batch|endpoint|number|phone|tel|tn|id|no)[\s._-]*)+[\s:#=]+",
    re.IGNORECASE,
)
#: also in the middle of an address or of an event's id
_ID: Final = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE | re.ASCII)
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class Sought:
    """The text, and what it may stand for."""

    text: str
    #: references and ids of Bandwidth's that may be meant: as it was pasted, and without what stood around it
    names: tuple[str, ...]
    #: an id of the form of ours, in lower case
    id: str | None
    #: a telephone number of ten digits
    number: str | None


def read(pasted: str) -> Sought:
    """Read what was pasted; raises MalformedRequest for what can be nothing that is kept here."""
    text = _CONTROL.sub(" ", pasted).strip()
    if len(text) > LONGEST:
        detail = f"it has {len(text):,} characters, and nothing here has a name of more than {LONGEST}"
        raise MalformedRequest(f"This cannot be looked for: {detail}.", (FieldError("?q", detail),))
    bare = _BEFORE.sub("", text.strip(_AROUND), count=1).strip(_AROUND)
    found = _ID.search(text)
    own = found[0].lower() if found else None
    names = dict.fromkeys(each for each in (text, bare, own) if each and len(each) <= order_filter.LONGEST)
    return Sought(text, tuple(names), own, _number(bare))


def _number(text: str) -> str | None:
    with suppress(ValueError):
        return telephone_numbers.parse(text)
    return None
