"""The index: what there is to see for people."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from service.api.pages.page import page

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from service.api.pages.content import Content


async def index(request: Request) -> Response:
    """Return the index."""
    return _content().answer(request)


@cache
def _content() -> Content:
    return page(
        "Bandwidth order tracker",
        """<h1>Bandwidth order tracker</h1>
<p>Orders for telephone-number features at Bandwidth: JSON in, a verified outcome per number out.</p>
<ul>
<li><a href="dashboard">dashboard</a>: orders and how they do, for people</li>
<li><a href="docs">docs</a>: the API, to read and to try out</li>
<li><a href="openapi.json">openapi.json</a>: the same for programs</li>
<li><a href="problems">problems</a>: what an error means, and what to do</li>
<li><a href="livez">livez</a>: whether this process answers</li>
</ul>""",
    )
