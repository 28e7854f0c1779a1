"""Answers in JSON, and tags of what a caller knows."""

from __future__ import annotations

import re
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final

import orjson
from starlette.responses import Response

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request

    from service.order import Order

#: one of a list of tags, in whose quotes a comma ends nothing
_MEMBER: Final = re.compile(r'(?:"[^"]*"|[^,"])+')


def etag(order: Order) -> str:
    """Return the weak tag of an order's version."""
    return f'W/"{order.version}"'


def is_known(request: Request, tag: str) -> bool:
    """Tell whether a caller's If-None-Match, on however many lines, names this tag, weak or not."""
    opaque = tag.removeprefix("W/")
    lines = request.headers.getlist("if-none-match")
    known = {each.strip() for line in lines for each in _MEMBER.findall(line)}
    return not known.isdisjoint({"*", opaque, f"W/{opaque}"})


def tagged_response(request: Request, value: Any) -> Response:
    """Write a value as JSON, tagged by its content; 304 while it is what the caller knows."""
    answer = json_response(value)
    headers = {"ETag": f'"{sha256(answer.body).hexdigest()[:32]}"', "Cache-Control": "no-cache"}
    if is_known(request, headers["ETag"]):
        return Response(status_code=304, headers=headers)
    answer.headers.update(headers)
    return answer


def json_response(value: Any, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """Write a value as JSON."""
    return Response(orjson.dumps(value), status, headers, media_type="application/json")


def page_response(page: Mapping[str, object]) -> Response:
    """Answer with a page of a list; where it goes on, which stands in its `next`, is a header too (RFC 8288)."""
    following = page["next"]
    return json_response(page, 200, {"Link": f'<{following}>; rel="next"'} if following else None)
