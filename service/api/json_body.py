"""A JSON body, uncompressed and read strictly."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from service import bodies
from service.errors import BodyTooLarge, MalformedRequest, RequestTimeout, UnsupportedMedia
from service.strict_json import parse

if TYPE_CHECKING:
    from starlette.requests import Request


#: what `none` may refuse, besides what every operation may
NONE_PROBLEMS: Final = (RequestTimeout, BodyTooLarge)


async def read(request: Request, most: int, seconds: float) -> Any:
    """Return the parsed body; raises UnsupportedMedia, MalformedRequest and what `bodies.read` raises."""
    media = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media != "application/json":
        raise UnsupportedMedia(f"Send Content-Type: application/json, not {media[:80] or 'none'}.")
    if request.headers.get("content-encoding", "identity").lower() != "identity":
        raise UnsupportedMedia("Send the body uncompressed: no Content-Encoding.")
    body = await bodies.read(request, most, seconds)
    if not body.strip():
        raise MalformedRequest(
            "The body is empty: send a JSON object, with the fields that /docs shows for this address."
        )
    return parse(body)


async def read_if_any(request: Request, most: int, seconds: float) -> Any:
    """Return the parsed body as `read` does; {} where none was sent."""
    none_sent = request.headers.get("content-length", "0") == "0" and "transfer-encoding" not in request.headers
    return {} if none_sent else await read(request, most, seconds)


async def none(request: Request, most: int, seconds: float, detail: str = "This address takes no body.") -> None:
    """Read a body that says nothing; raises MalformedRequest for another one, and what `bodies.read` raises."""
    body = await bodies.read(request, most, seconds)
    if body and parse(body) != {}:
        raise MalformedRequest(detail)
