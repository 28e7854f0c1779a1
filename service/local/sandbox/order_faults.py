"""The faults that keep an order POST or PUT from being looked at."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from service.local.sandbox.answers import empty
from service.local.sandbox.connection import Reset

if TYPE_CHECKING:
    from starlette.responses import Response

    from service.local.sandbox.clock import Clock
    from service.local.sandbox.faults import Faults


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
