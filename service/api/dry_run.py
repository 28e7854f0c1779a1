"""Dry runs: everything is validated and nothing is stored or sent; the answer shows what would be."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

import structlog
from pydantic import Field
from typing_extensions import TypedDict

from service import xml
from service.api.described import described
from service.api.entrance import enter
from service.api.operation import Parameter
from service.api.order_json import AttentionJson, RemarkJson, WaitingJson, order_json, summary_json
from service.api.personal import Veil
from service.api.responses import json_response
from service.errors import FieldError, MalformedRequest
from service.lifecycle import State
from service.rehearsal import Rehearsal
from service.report import Document

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from service.exchange import Exchange
    from service.kind import Kind
    from service.order import NewOrder, Order
    from service.report import Report

PARAMETER: Final = Parameter(
    "dry_run",
    "`true`: validates everything, stores and sends nothing, and answers 200 with what would be.",
    {"type": "boolean", "default": False},
)

log = structlog.get_logger()


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
    text = request.query_params.get(PARAMETER.name, "false")
    if text not in ("true", "false"):
        detail = "give true or false"
        raise MalformedRequest(f"The query parameter dry_run is wrong: {detail}.", (FieldError("?dry_run", detail),))
    return text == "true"


async def answer(request: Request, kind: Kind, new: NewOrder) -> Response:
    """Rehearse an order: 200 with what would be."""
    desk, client, account_id = enter(request)
    rehearsal = Rehearsal(desk.store, desk.connection, desk.turns)
    order = await rehearsal.accept(new, desk.settings.max_conflicts)
    talk = kind.submit(order, desk.requests.unsealed(order, kind))
    done = await rehearsal.lead(order, talk, partial(desk.book.answer, order))
    log.info("order.rehearsed", account=account_id, kind=kind.name, client=client.id, numbers=order.total)
    personal = client.sees_personal
    told: DryRunJson = {
        "dry_run": True,
        "order": {**order_json(order, personal=personal), "id": None, "links": {}},
        "requests": [_planned(done.sends, kind, Veil(order, lifted=personal))] if done.sends else [],
        "foreseen": _foreseen(order, done.foreseen, personal=personal) if done.foreseen else None,
    }
    return json_response(told, 200, {"Cache-Control": "no-store"})


def _planned(exchange: Exchange, kind: Kind, veil: Veil) -> PlannedRequestJson:
    sent = Document("sent", exchange.path, xml.masked(exchange.body or b"", kind.secret_elements))
    return {"method": exchange.method, "path": exchange.path, "body": veil.document(sent).xml}


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
