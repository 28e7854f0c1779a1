"""A new order for what failed of an ended one: what it would be, secrets asked for again, and making it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from service.dashboard import frame
from service.dashboard.entrance import enter, find_order, form
from service.dashboard.order import outcomes, retry_wish, xml_lines
from service.dashboard.page import ORDER, PATIENCE, ROOT, Page
from service.doorway import accepted, rehearsing, retrying
from service.doorway.personal import Veil
from service.errors import BandwidthUnavailable, InvalidOrder, NotPossibleNow, TooManyConflicts
from service.kinds import shelf
from service.scopes import Scope

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.requests import Request
    from starlette.responses import Response

    from service.dashboard.order.outcomes import Row
    from service.dashboard.order.xml_lines import Lines
    from service.errors import FieldError
    from service.exchange import Exchange
    from service.order import Order

#: numbers that the page shows
_SHOWN: Final = 200


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """What a retry would be: what would be sent, or why nothing would."""

    held_by: str | None = None
    sends: Exchange | None = None
    xml: Lines | None = None
    said: str = ""


async def preview(request: Request) -> Response:
    """Show which numbers would go again, why each failed, and what would be sent."""
    order = await find_order(request)
    try:
        return await _shown(request, order, retry_wish.new_key())
    except (NotPossibleNow, TooManyConflicts) as refusal:
        return _refused(request, order, refusal)


async def make(request: Request) -> Response:
    """Make the order and lead to it; the same form sent twice makes one."""
    desk, client, _ = enter(request)
    order, sent = await find_order(request), form(request)
    key, body = retry_wish.key(sent), retry_wish.body(sent)
    if first := await retrying.first(desk, order, body, client.id, key):
        return _lead_to(first)
    try:
        left = await retrying.left(desk, order)
        new = desk.requests.retry(order, shelf()[order.kind], left, body, client.id, key)
        entered = await desk.book.accept(new)
    except InvalidOrder as wrong:
        return await _shown(request, order, key, wrong.errors)
    except (NotPossibleNow, TooManyConflicts) as refusal:
        return _refused(request, order, refusal)
    accepted.tell(entered, client)
    return _lead_to(entered.order)


def pages() -> list[Page]:
    """Return the preview and the making."""
    path = ORDER + "/retry-failed"
    return [Page("GET", path, preview, Scope.WRITE), Page("POST", path, make, Scope.WRITE)]


async def _shown(request: Request, order: Order, key: str, wrong: Sequence[FieldError] = ()) -> Response:
    desk, _, _ = enter(request)
    kind = shelf()[order.kind]
    left = await retrying.left(desk, order)
    body = retry_wish.rehearsed_body(order, kind, left)
    secrets = retry_wish.needed(order, kind, left, wrong)
    return frame.show(
        request,
        "order_retry.html",
        422 if wrong else 200,
        order=order,
        rows=await _rows(request, order, left),
        left=len(left),
        rehearsed=await _rehearsed(request, order, left, body),
        secrets=secrets,
        others=retry_wish.other(secrets, wrong),
        key=key,
        refusal="",
    )


async def _rows(request: Request, order: Order, left: frozenset[str]) -> list[Row]:
    """Return the first of the numbers, each with why it failed when it was tried last."""
    desk, client, account_id = enter(request)
    last = (await desk.book.get(account_id, order.retried_by) if order.retried_by else None) or order
    some = [each for each in last.telephone_numbers if each in left][:_SHOWN]
    veil = Veil(order, lifted=client.sees_personal)
    return await outcomes.wanted(desk.store, last, some, outcomes.Wish(), veil.outcome)


async def _rehearsed(request: Request, order: Order, left: frozenset[str], body: Any) -> Rehearsed:
    desk, client, _ = enter(request)
    kind = shelf()[order.kind]
    new = desk.requests.retry(order, kind, left, body, client.id, None)
    try:
        would_be, done = await rehearsing.rehearse(desk, client, kind, new, PATIENCE)
    except BandwidthUnavailable as away:
        return Rehearsed(said=f"What would be sent could not be found out just now: {away.detail}")
    if done.sends is None:
        said = Veil(order, lifted=client.sees_personal).text(done.foreseen.detail) if done.foreseen else ""
        return Rehearsed(would_be.held_by, said=f"Nothing would be sent as things are: {said}")
    text = rehearsing.body(would_be, done.sends, kind, client)
    return Rehearsed(would_be.held_by, done.sends, await xml_lines.lines(text))


def _refused(request: Request, order: Order, refusal: NotPossibleNow | TooManyConflicts) -> Response:
    return frame.show(request, "order_retry.html", refusal.status, order=order, refusal=refusal.detail)


def _lead_to(order: Order) -> Response:
    return frame.see_other(f"{ROOT}/accounts/{order.account_id}/orders/{order.id}")
