"""Answers in Bandwidth's XML, and those without a body."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from starlette.responses import Response

from service import xml

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from service.xml import Element

#: an answer may tell of people, and what it tells has changed a moment later
_UNKEPT: Final = {"Cache-Control": "no-store"}
#: telephone numbers: to write the groups of more takes longer than others should wait
_MANY: Final = 300


def xml_answer(root: Element, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """Answer with a document."""
    return Response(xml.write(root), status, {**_UNKEPT, **(headers or {})}, media_type="application/xml")


async def about_orders(numbers: int, make: Callable[[], Response]) -> Response:
    """Return what `make` answers about orders of so many numbers; one of many is made beside other requests."""
    return await asyncio.to_thread(make) if numbers > _MANY else make()


def empty(status: int, headers: Mapping[str, str] | None = None) -> Response:
    """Answer without a body."""
    return Response(None, status, {**_UNKEPT, **(headers or {})})


def response_status(root: str, description: str, code: str | None = None) -> Element:
    """Write `root>ResponseStatus`: why something was refused; a 404 has no code."""
    return xml.element(
        root,
        xml.element(
            "ResponseStatus",
            code and xml.element("ErrorCode", code),
            xml.element("Description", xml.plain(description)),
        ),
    )
