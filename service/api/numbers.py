"""Telephone numbers over HTTP: what Bandwidth and our own orders say about one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from service import telephone_numbers
from service.api.entrance import enter
from service.api.number_json import NumberJson, details_json
from service.api.operation import ACCOUNT, Answer, Operation
from service.api.responses import json_response
from service.doorway import looking_up
from service.errors import NotFound

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

#: seconds that Bandwidth's answers may take
MOST_SECONDS: Final = 5.0


async def get(request: Request) -> Response:
    """Return a number's details; 404 for a number of another account; without Bandwidth's half while it is away."""
    desk, client, account_id = enter(request)
    number = read_number(request)
    found = await looking_up.look(desk, account_id, number, MOST_SECONDS, personal=client.sees_personal)
    return json_response(details_json(found), 200, {"Cache-Control": "no-store"})


def operations() -> list[Operation]:
    """Return what tells of a number: any usual notation, slashes between digits included."""
    path = ACCOUNT + "/numbers/{number:path}"
    does = "What Bandwidth and our orders say about a number"
    return [
        Operation(
            "GET",
            path,
            get,
            "getNumber",
            does,
            answers={200: Answer("What is known of it; Bandwidth's half may be absent", NumberJson)},
        )
    ]


def read_number(request: Request) -> str:
    """Return the number that the address names, as ten digits; raises NotFound for what is none."""
    text = request.path_params["number"]
    # a slash may stand between digits, but behind them it would be a second address
    written = "" if text.endswith("/") else text
    try:
        return telephone_numbers.parse(written)
    except ValueError as error:
        raise NotFound(f"{text[:40]!r} {error}.") from None
