"""Telephone numbers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from service.client.call import Call, Iteration
from service.client.exchange import Flow, Request, Talk
from service.client.models.number import Number
from service.client.models.order import Order
from service.client.operations.core import Core
from service.client.reading import read

_ORDERS: Final = 250


class Numbers(Core):
    """Calls about a telephone number, in any usual notation."""

    @Call
    def number(self, telephone_number: str) -> Talk[Number]:
        """Return what Bandwidth and the account's orders say about a number; raises NotFound for a foreign one."""
        response = yield from self._send(Request("GET", self._target.account("numbers", telephone_number)))
        return read(Number, response.json())

    @Iteration
    def iter_number_orders(
        self,
        telephone_number: str,
        *,
        kind: str | Sequence[str] | None = None,
        state: str | Sequence[str] | None = None,
    ) -> Flow[Order]:
        """Iterate over the orders that name a number, newest first."""
        where = self._target.account("numbers", telephone_number, "orders")
        asked = {"limit": _ORDERS, "kind": kind, "state": state}
        return (yield from self._pages(where, asked, Order, "orders"))
