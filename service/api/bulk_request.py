"""What a caller says of a body of many rows: the kind, the form, the size of the orders, what to do about errors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from service.api import idempotency
from service.api.operation import Body, Parameter
from service.bulk import example, row
from service.bulk.upload import Wish
from service.doorway import paging
from service.errors import MalformedRequest, UnsupportedMedia
from service.order_request.reading import MAX_NUMBERS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request

    from service.bulk.upload import Form
    from service.kind import Kind
    from service.settings import Settings

FORMS: Final[Mapping[str, Form]] = {"application/x-ndjson": "ndjson", "text/csv": "csv"}
#: what to do where some rows are wrong; the first one when the caller says nothing
ON_ERRORS: Final = ("continue", "reject")


def wish(request: Request, settings: Settings) -> Wish:
    """Return what a request wants of its rows; raises NotFound, UnsupportedMedia or MalformedRequest."""
    kind = row.require(request.path_params["kind"])
    size = request.query_params.get("order_size", str(settings.max_numbers))
    if not (size.isascii() and size.isdecimal() and len(size) < 6 and 1 <= int(size) <= settings.max_numbers):  # noqa: PLR2004
        raise paging.wrong("order_size", f"give a number from 1 to {settings.max_numbers}")
    on_errors = request.query_params.get("on_errors", ON_ERRORS[0])
    if on_errors not in ON_ERRORS:
        raise paging.wrong("on_errors", f"give one of {', '.join(ON_ERRORS)}")
    return Wish(kind, _form(request), int(size), settings.max_numbers, on_errors == "reject")


def key(request: Request) -> str:
    """Return the Idempotency-Key; raises MalformedRequest without one."""
    given = idempotency.key(request)
    if given is None:
        raise MalformedRequest(
            "Give the header Idempotency-Key: with it, the same body can be sent again when no answer came, and makes "
            "no second batch."
        )
    return given


def seconds(settings: Settings) -> float:
    """Return how long a body may take: per byte as long as any other."""
    return settings.body_seconds * max(1.0, settings.max_bulk_bytes / settings.max_body_bytes)


def parameters() -> tuple[Parameter, ...]:
    """Return what it may say beside the body."""
    return (
        idempotency.parameter(
            "The same key and body again get the first batch, for as long as there is one.", required=True
        ),
        Parameter(
            "order_size",
            "Numbers that one order names at most; TRACKER_MAX_NUMBERS when left out.",
            {"type": "integer", "minimum": 1, "maximum": MAX_NUMBERS},
        ),
        Parameter(
            "on_errors",
            "Whether orders are made of the right rows where others are wrong.",
            {"type": "string", "enum": [*ON_ERRORS], "default": ON_ERRORS[0]},
        ),
    )


def body(kind: Kind) -> Body:
    """Return the body of a kind, with an example in each form."""
    return Body(
        dict.fromkeys(FORMS, str), {"application/x-ndjson": example.ndjson(kind), "text/csv": example.csv_text(kind)}
    )


def _form(request: Request) -> Form:
    media, _, rest = request.headers.get("content-type", "").partition(";")
    form = FORMS.get(media.strip().lower())
    if form is None:
        raise UnsupportedMedia(f"Send Content-Type: {' or '.join(FORMS)}, not {media[:80] or 'none'}.")
    name, _, charset = rest.partition("=")
    if name.strip().lower() == "charset" and charset.strip(' "').lower() not in {"utf-8", "utf8"}:
        raise UnsupportedMedia("Send the rows in UTF-8.")
    if request.headers.get("content-encoding", "identity").lower() != "identity":
        raise UnsupportedMedia("Send the body uncompressed: no Content-Encoding.")
    return form
