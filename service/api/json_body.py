"""A JSON body, read strictly: what two readers could understand differently is refused."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from service import bodies
from service.errors import FieldError, MalformedRequest, UnsupportedMedia

if TYPE_CHECKING:
    from starlette.requests import Request


async def read(request: Request, most: int, seconds: float) -> Any:
    """Return the parsed body; raises UnsupportedMedia, MalformedRequest and what `bodies.read` raises."""
    media = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media != "application/json":
        raise UnsupportedMedia(f"Send Content-Type: application/json, not {media[:80] or 'none'}.")
    if request.headers.get("content-encoding", "identity").lower() != "identity":
        raise UnsupportedMedia("Send the body uncompressed: no Content-Encoding.")
    return parse(await bodies.read(request, most, seconds))


def parse(body: bytes) -> Any:
    """Parse JSON in UTF-8; duplicate keys, NaN, endless nesting and huge numbers are refused."""
    try:
        return json.loads(body.decode("utf-8"), object_pairs_hook=_unique, parse_constant=_refuse_constant)
    except RecursionError:
        raise MalformedRequest("The JSON is nested too deeply.") from None
    except UnicodeDecodeError as error:
        raise MalformedRequest(f"The body is not UTF-8: byte {error.start}.") from None
    except json.JSONDecodeError as error:
        raise MalformedRequest(
            f"The body is not JSON: {error.msg}, line {error.lineno} column {error.colno}."
        ) from None
    except ValueError as error:
        raise MalformedRequest(f"The body cannot be taken: {str(error)[:200]}") from None


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise MalformedRequest(
            f"The name {twice[:40]!r} stands twice in one object.",
            (FieldError("", f"the name {twice[:40]!r} stands twice in one object; keep one"),),
        )
    return found


def _refuse_constant(text: str) -> Any:
    raise MalformedRequest(f"{text} is no JSON value.")
