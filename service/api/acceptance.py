"""Accepting over HTTP: what every way to submit an order ends with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from service.api import dry_run, idempotency
from service.api.entrance import enter
from service.api.operation import Answer
from service.api.order_json import WholeOrderJson, order_json, path
from service.api.responses import etag, json_response
from service.doorway import accepted
from service.errors import BandwidthUnavailable, IdempotencyReused, InvalidOrder, NotCommitted, TooManyConflicts

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from service.api.operation import Parameter
    from service.book import Entered
    from service.errors import TrackerError
    from service.kind import Kind
    from service.order import NewOrder

PARAMETERS: Final[tuple[Parameter, ...]] = (
    idempotency.parameter("The same key and body again get the first order."),
    dry_run.PARAMETER,
)
ANSWERS: Final = {
    200: Answer("With `dry_run`: what would be", dry_run.DryRunJson),
    202: Answer("It is on disk; the order as it is now", WholeOrderJson, ("Location", "ETag", idempotency.REPLAYED)),
}
PROBLEMS: Final[tuple[type[TrackerError], ...]] = (
    InvalidOrder,
    IdempotencyReused,
    TooManyConflicts,
    NotCommitted,
    BandwidthUnavailable,
)


def key(request: Request) -> str | None:
    """Return the Idempotency-Key; a dry run makes nothing, and uses none up."""
    given = idempotency.key(request)
    return None if dry_run.is_asked(request) else given


async def accept(request: Request, kind: Kind, new: NewOrder) -> Response:
    """Put an order on disk and answer 202; or show what it would be."""
    if dry_run.is_asked(request):
        return await dry_run.answer(request, kind, new)
    return answer(request, await request.app.state.desk.book.accept(new))


def answer(request: Request, entered: Entered) -> Response:
    """Answer 202 with an order that is on disk."""
    _, client, _ = enter(request)
    order = entered.order
    accepted.tell(entered, client)
    headers = {"Location": path(order), "ETag": etag(order)}
    if entered.replayed:
        headers[idempotency.REPLAYED] = "true"
    return json_response(order_json(order, personal=client.sees_personal), 202, headers)
