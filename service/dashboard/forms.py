"""Forms that were filled in: read with bounds, and proved to come from a page of ours."""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qsl

from starlette.datastructures import ImmutableMultiDict

from service import bodies
from service.errors import MalformedRequest, UnsupportedMedia

if TYPE_CHECKING:
    from starlette.requests import Request

    from service.dashboard.session import Session

_MEDIA: Final = "application/x-www-form-urlencoded"
#: bytes of a form, and its fields: 500 orders with their versions fit
_LARGEST: Final = 256 * 1024
_MOST_FIELDS: Final = 2_000
#: seconds in which it must have come
_SECONDS: Final = 10.0
#: the field that proves it
PROOF: Final = "proof"
#: where browsers say that a request was made, when one of our own pages made it; `none`: by the person
_OWN_SITE: Final = ("same-origin", "none")

Form = ImmutableMultiDict[str, str]


async def read(request: Request) -> Form:
    """Return the fields of a form.

    Raises UnsupportedMedia, BodyTooLarge, RequestTimeout, and MalformedRequest for anything that no form holds.
    """
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != _MEDIA:
        raise UnsupportedMedia(f"Send the form as {_MEDIA}.")
    body = await bodies.read(request, _LARGEST, _SECONDS)
    try:
        fields = parse_qsl(body.decode("ascii"), keep_blank_values=True, max_num_fields=_MOST_FIELDS, errors="strict")
    except ValueError:
        raise MalformedRequest("This is no form that a page of ours holds.") from None
    return ImmutableMultiDict([(name, text.replace("\r\n", "\n")) for name, text in fields])


def require_own_site(request: Request) -> None:
    """Raise MalformedRequest when the browser says that another site's page made the request."""
    if request.headers.get("sec-fetch-site", "none") not in _OWN_SITE:
        raise MalformedRequest("Another site's page asked for this: nothing was done. Do it from the page here.")


def require_proof(form: Form, session: Session) -> None:
    """Raise MalformedRequest for a form that no page of this session made."""
    if not hmac.compare_digest(form.get(PROOF, "").encode(), session.proof.encode()):
        raise MalformedRequest("This form is of an earlier session: nothing was done. Open the page again.")
