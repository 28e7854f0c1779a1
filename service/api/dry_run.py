"""Dry runs: everything is validated and nothing is stored or sent; the answer shows what would be."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

from pydantic import Field
from typing_extensions import TypedDict

from service.api.described import described
from service.api.entrance import enter
from service.api.operation import Parameter
from service.api.order_json import AttentionJson, RemarkJson, WaitingJson, order_json, summary_json
from service.api.responses import json_response
from service.doorway import rehearsing
from service.errors import FieldError, MalformedRequest
from service.lifecycle import State

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from service.clients import Client
    from service.exchange import Exchange
    from service.kind import Kind
    from service.order import NewOrder, Order
    from service.report import Report

#: seconds for all that is read at Bandwidth
MOST_SECONDS: Final = 10.0
PARAMETER: Final = Parameter(
    "dry_run",
    "`true`: validates everything, stores and sends nothing, and answers 200 with what would be.",
    {"type": "boolean", "default": False},
)


@described
class PlannedRequestJson(TypedDict):
    """A request as it would be sent to Bandwidth."""

    method: Literal["GET", "POST", "PUT", "DELETE"]
    path: str
    """Below Bandwidth's address."""
    body: str
    """XML, secrets masked."""


@described
class ForeseenJson(TypedDict):
    """What would become of the order although nothing was sent: Bandwidth has said so when it was asked."""

    state: State
    errors: list[RemarkJson]
    attention: AttentionJson | None
    waiting: WaitingJson | None


@described
class DryRunJson(TypedDict):
    """What an order would be, and what would be sent for it."""

    dry_run: Literal[True]
    order: Annotated[dict[str, Any], Field(description="The order as a 202 would show it; `id` is null.")]
    requests: list[PlannedRequestJson]
    foreseen: ForeseenJson | None
    """Set where it would not come to a request."""


def is_asked(request: Request) -> bool:
    """Tell whether the caller asks for a dry run; raises MalformedRequest for any other word."""
    if not request.scope["query_string"]:
        return False
    text = request.query_params.get(PARAMETER.name, "false")
    if text not in ("true", "false"):
        detail = "give true or false"
        raise MalformedRequest(f"The query parameter dry_run is wrong: {detail}.", (FieldError("?dry_run", detail),))
    return text == "true"


async def answer(request: Request, kind: Kind, new: NewOrder) -> Response:
    """Rehearse an order: 200 with what would be."""
    desk, client, _ = enter(request)
    order, done = await rehearsing.rehearse(desk, client, kind, new, MOST_SECONDS)
    personal = client.sees_personal
    told: DryRunJson = {
        "dry_run": True,
        "order": {**order_json(order, personal=personal), "id": None, "links": {}},
        "requests": [_planned(order, done.sends, kind, client)] if done.sends else [],
        "foreseen": _foreseen(order, done.foreseen, personal=personal) if done.foreseen else None,
    }
    return json_response(told, 200, {"Cache-Control": "no-store"})


def _planned(order: Order, exchange: Exchange, kind: Kind, client: Client) -> PlannedRequestJson:
    body = rehearsing.body(order, exchange, kind, client)
    return {"method": exchange.method, "path": exchange.path, "body": body}


def _foreseen(order: Order, report: Report, *, personal: bool) -> ForeseenJson:
    would_be = replace(
        order,
        state=report.state or order.state,
        errors=report.errors or (),
        attention=report.attention,
        waiting=report.waiting,
    )
    shown = summary_json(would_be, personal=personal)
    return {
        "state": shown["state"],
        "errors": shown["errors"],
        "attention": shown["attention"],
        "waiting": shown["waiting"],
    }
