"""Answers in JSON, and the tag of an order's version."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson
from starlette.responses import Response

if TYPE_CHECKING:
    from service.order import Order


def etag(order: Order) -> str:
    """Return the weak tag of an order's version."""
    return f'W/"{order.version}"'


def json_response(value: Any, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """Write a value as JSON."""
    return Response(orjson.dumps(value), status, headers, media_type="application/json")
