"""The header Idempotency-Key: the same key and body again get what the first request made."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from service.errors import MalformedRequest

if TYPE_CHECKING:
    from starlette.requests import Request

#: visible ASCII, as the Idempotency-Key draft's strings are
FORM: Final = re.compile(r"[\x21-\x7e]{1,255}", re.ASCII)
#: says in an answer that it was made before
REPLAYED: Final = "Idempotency-Replayed"


def key(request: Request) -> str | None:
    """Return the key, None without one; raises MalformedRequest for one that is none, or two."""
    given = request.headers.getlist("idempotency-key")
    if len(given) > 1 or not all(FORM.fullmatch(each) for each in given):
        raise MalformedRequest("The header Idempotency-Key takes 1 to 255 visible ASCII characters, once.")
    return given[0] if given else None
