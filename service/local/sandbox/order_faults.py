"""The faults on the way of an order POST or PUT: before it is looked at, and around its answer."""

from __future__ import annotations

import asyncio
import math
from typing import TYPE_CHECKING

from service.local.sandbox.answers import empty
from service.local.sandbox.connection import Cut, Reset, Trickle
from service.local.sandbox.posts import RESET

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from starlette.responses import Response

    from service.local.sandbox.clock import Clock
    from service.local.sandbox.faults import Faults


async def through_faults(
    faults: Faults, answering: Callable[[], Awaitable[Response]], note: Callable[[str], None]
) -> Response:
    """Answer after the latency, note how (an HTTP status, or RESET), and let the answer trickle or break off."""
    await asyncio.sleep(faults.delay("latency_ms"))
    answer = await answering()
    if not isinstance(answer, Reset) and faults.acts("cut_answers"):
        answer = Cut(answer, faults.place)
    is_reset = isinstance(answer, Reset)
    note(RESET if is_reset else str(answer.status_code))
    if is_reset or not answer.body or not faults.settings.trickle_ms:
        return answer
    return Trickle(answer, faults.delay("trickle_ms"))


def fault_before_accept(faults: Faults, clock: Clock) -> Response | None:
    """Answer the first fault that acts; None lets the request through. Bodies of 5xx are not published."""
    if faults.acts("reset_before_accept"):
        return Reset()
    for name, status in (("error_500", 500), ("error_503", 503)):
        if faults.acts(name):
            return empty(status)
    if faults.acts("error_429"):
        reset_at = math.ceil(clock().timestamp() + 1)
        return empty(429, {"X-RateLimit-Reset": str(reset_at)})
    return None
