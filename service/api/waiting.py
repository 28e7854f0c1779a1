"""Waiting for an order: a read that is answered when there is something new, not at once."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from service.api.entrance import enter, find_order
from service.api.operation import Parameter
from service.api.responses import etag, is_known
from service.doorway import paging
from service.doorway.attendance import attended
from service.lifecycle import TERMINAL
from service.listening.interest import Interest

if TYPE_CHECKING:
    from starlette.requests import Request

    from service.order import Order

#: longest wait, in seconds
MOST_SECONDS: Final = 60
_UNTIL: Final = "terminal"
PARAMETERS: Final = (
    Parameter(
        "wait",
        "Answer when the version is no longer that of `If-None-Match`, or without it the present one; as it is after "
        "so many seconds, or sooner where this process ends.",
        {"type": "integer", "minimum": 1, "maximum": MOST_SECONDS},
    ),
    Parameter(
        "until",
        "With `wait`: answer when the order has ended, whatever changes before.",
        {"type": "string", "enum": [_UNTIL]},
    ),
)


@dataclass(frozen=True, slots=True)
class Wait:
    """What somebody waits for, and how long."""

    seconds: int
    until_end: bool

    @property
    def types(self) -> frozenset[str]:
        """The types of events that may bring it."""
        return frozenset({"order.completed"}) if self.until_end else frozenset()


def read(request: Request) -> Wait | None:
    """Return what the query asks to wait for; None for an answer at once. Raises MalformedRequest."""
    seconds, until = request.query_params.get("wait"), request.query_params.get("until")
    if until not in (None, _UNTIL):
        raise paging.wrong("until", f"give {_UNTIL}, or leave it out")
    if seconds is None:
        if until:
            raise paging.wrong("until", "give `wait` with it")
        return None
    if not (seconds.isascii() and seconds.isdecimal() and len(seconds) < 10 and 1 <= int(seconds) <= MOST_SECONDS):  # noqa: PLR2004
        raise paging.wrong("wait", f"give a number of seconds from 1 to {MOST_SECONDS}")
    return Wait(int(seconds), bool(until))


async def wait_for(request: Request, wait: Wait) -> Order:
    """Return the order that the address names when there is something new, or the time is up; raises as `find_order`.

    What is heard only says when to look: what is answered is always read.
    """
    desk, client, account_id = enter(request)
    deadline = time.monotonic() + wait.seconds
    interest = Interest(types=wait.types, orders=frozenset({str(request.path_params["order_id"])}))
    async with desk.listening.to(account_id, interest, client.id) as listener, attended(request.receive, listener):
        first = order = await find_order(desk, account_id, request)
        while not _is_over(request, wait, first, order) and not listener.has_ended:
            left = deadline - time.monotonic()
            if left <= 0:
                break
            await listener.news(left)
            listener.catch_up()
            order = await find_order(desk, account_id, request)
    return order


def _is_over(request: Request, wait: Wait, first: Order, order: Order) -> bool:
    if wait.until_end:
        return order.state in TERMINAL
    if "if-none-match" in request.headers:
        return not is_known(request, etag(order))
    return order.version != first.version
