"""Waiting for an order: the tracker holds the answer until something changes, for as long as it may."""

from __future__ import annotations

import math
from typing import Final, Literal, TypeAlias, get_args

from service.client.call import Call
from service.client.errors import WaitTimeout
from service.client.exchange import SILENCE, Pause, Request, Talk
from service.client.models.order import Order
from service.client.operations.core import Core
from service.client.reading import read
from service.client.target import query
from service.client.time_limit import time_limit

Until: TypeAlias = Literal["terminal", "change"]

#: seconds for which one request is held
_HELD: Final = 30
#: an answer that comes sooner, in seconds, and brings nothing new, is followed by a pause: the tracker is ending
_SOON: Final = 1.0
#: seconds that the last look may take
_LOOK: Final = 5.0


class Waiting(Core):
    """Calls that wait for an order."""

    @Call
    def wait(
        self,
        order_id: str,
        *,
        timeout: float | None = 600.0,
        until: Until = "terminal",
        known: Order | None = None,
    ) -> Talk[Order]:
        """Return an order once it has ended, or with `until="change"` once it has changed.

        A change is one since `known`, or since the call began. What has ended is returned at once. Outages are waited
        out. Raises WaitTimeout after `timeout` seconds (None: never), with the order as it was last.
        """
        if until not in get_args(Until):
            raise ValueError(f'until is "terminal" or "change", not {until!r}.')
        clock = self._patience.clock
        deadline = clock() + time_limit("timeout", timeout)
        seen = known
        if until == "change" and seen is None:
            seen = yield from self._read(order_id, deadline)
        if seen and seen.is_terminal:
            return seen
        while True:
            asked = clock()
            left = deadline - asked
            order = yield from self._read(order_id, deadline, left, seen if until == "change" else None)
            if order.is_terminal or (until == "change" and seen and order.version != seen.version):
                return order
            if left <= 0:
                raise WaitTimeout(f"Order {order_id} is {order.state} after {timeout:g} s.", order=order)
            if clock() - asked < _SOON:
                yield Pause(min(self._patience.pause(1), max(0.0, deadline - clock())))

    def _read(self, order_id: str, deadline: float, left: float = 0.0, known: Order | None = None) -> Talk[Order]:
        """Return the order; the answer may be held for as long as is left, until it has ended or is not as known."""
        seconds = max(0, math.ceil(min(_HELD, left)))
        asked = {"wait": seconds or None, "until": None if known or not seconds else "terminal"}
        headers = {"If-None-Match": f'W/"{known.version}"'} if known else {}
        path = self._target.account("orders", order_id)
        request = Request("GET", path, query(asked), headers, silence=SILENCE + seconds)
        response = yield from self._send(request, max(deadline, self._patience.clock() + _LOOK))
        return known if known and response.status == 304 else read(Order, response.json())  # noqa: PLR2004
