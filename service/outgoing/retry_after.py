"""The header Retry-After: seconds, or a moment."""

from __future__ import annotations

import re
import time
from email.utils import parsedate_to_datetime
from typing import Final

#: seconds that an endpoint may ask for
MOST_SECONDS: Final = 86_400.0
_SECONDS: Final = re.compile(r"[0-9]{1,9}", re.ASCII)


def read(text: str) -> float | None:
    """Return seconds from now, none below 0 nor above a day; None for what is neither a number nor a moment."""
    text = text.strip()
    try:
        seconds = float(text) if _SECONDS.fullmatch(text) else parsedate_to_datetime(text).timestamp() - time.time()
    except (ValueError, OverflowError):
        return None
    return min(max(seconds, 0.0), MOST_SECONDS)
