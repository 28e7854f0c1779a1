"""The XML of a step: on a page of its own, which a script puts into the timeline, and each document as text."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from starlette.responses import Response

from service.dashboard import frame
from service.dashboard.entrance import enter, find_order
from service.dashboard.order import xml_lines
from service.dashboard.order.steps import Step, steps
from service.dashboard.page import ORDER, Page
from service.doorway.personal import Veil, masked_order
from service.errors import NotFound
from service.store import reading
from service.store.document import KeptDocument

if TYPE_CHECKING:
    from starlette.requests import Request

    from service.dashboard.order.xml_lines import Lines
    from service.order import Order
    from service.report import Document

#: a moment in ms, and the place of a document among those of one
_MOMENT: Final = re.compile("[0-9]{1,15}", re.ASCII)
_NTH: Final = re.compile("[0-9]{1,4}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Opened:
    """A document, and its lines as far as they are shown."""

    document: Document
    shown: Lines


async def step(request: Request) -> Response:
    """Show what went to Bandwidth and came back at one moment (ms)."""
    desk, client, account_id = enter(request)
    order = await find_order(request)
    at = _number(request, "at", _MOMENT)
    kept = await _documents(request, order, at)
    entries = await reading.timeline(desk.store, account_id, order.id)
    veil = Veil(order, lifted=client.sees_personal)
    found = [each for each in steps([veil.entry(entry) for entry in entries], []) if each.at == at]
    if not found and not kept:
        raise NotFound(f"Order {order.id} has no step at {at}: open it from the order's timeline.")
    return frame.show(
        request,
        "order_step.html",
        order=order if client.sees_personal else masked_order(order),
        step=found[0] if found else Step(at, "", "", "XML of a step that is not kept"),
        opened=[Opened(each.document, await xml_lines.lines(each.document.xml)) for each in kept],
        days=desk.settings.document_days,
    )


async def document(request: Request) -> Response:
    """Return one document of a step, whole, as text."""
    order = await find_order(request)
    kept = await _documents(request, order, _number(request, "at", _MOMENT))
    nth = _number(request, "nth", _NTH)
    if nth >= len(kept):
        raise NotFound("This document is not kept: open the order's timeline again.")
    text = xml_lines.indented(kept[nth].document.xml)
    return Response(text, headers=frame.HEADERS | {"X-Content-Type-Options": "nosniff"}, media_type="text/plain")


def pages() -> list[Page]:
    """Return the pages of steps."""
    return [
        Page("GET", ORDER + "/steps/{at}", step),
        Page("GET", ORDER + "/steps/{at}/{nth}", document),
    ]


def _number(request: Request, name: str, form: re.Pattern[str]) -> int:
    # the router itself would fall over a number of thousands of digits, before anybody is asked who they are
    text = str(request.path_params[name])
    if not form.fullmatch(text):
        raise NotFound("There is no such step: open it from the order's timeline.")
    return int(text)


async def _documents(request: Request, order: Order, at: int) -> list[KeptDocument]:
    """Return the documents of a moment as whoever asks may see them."""
    desk, client, account_id = enter(request)
    kept = await reading.documents(desk.store, account_id, order.id, at)
    return await Veil(order, lifted=client.sees_personal).documents(kept)
