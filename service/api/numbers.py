"""Telephone numbers over HTTP: what Bandwidth and our own orders say about one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from service import telephone_numbers
from service.api.entrance import enter
from service.api.number_json import details_json
from service.api.operation import ACCOUNT, Operation
from service.api.responses import json_response
from service.errors import NotFound
from service.numbers import Numbers

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response


async def get(request: Request) -> Response:
    """Return a number's details; 404 for a number of another account; without Bandwidth's half while it is away."""
    desk, _, account_id = enter(request)
    number = _number(request.path_params["number"])
    found = await Numbers(desk.store, desk.connection, desk.turns).look(account_id, number)
    return json_response(details_json(found), 200, {"Cache-Control": "no-store"})


def operations() -> list[Operation]:
    """Return what tells of a number: any usual notation, slashes between digits included."""
    path = ACCOUNT + "/numbers/{number:path}"
    return [Operation("GET", path, get, "getNumber", "What Bandwidth and our orders say about a number")]


def _number(text: str) -> str:
    # a slash may stand between digits, but behind them it would be a second address
    written = "" if text.endswith("/") else text
    try:
        return telephone_numbers.parse(written)
    except ValueError as error:
        raise NotFound(f"{text[:40]!r} {error}.") from None
