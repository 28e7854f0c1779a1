"""Changing an order by PUT, which replaces its request."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from service.local.sandbox.answers import xml_answer
from service.local.sandbox.connection import Reset
from service.local.sandbox.order_faults import through_faults

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from service.local.sandbox.order_intake import OrderIntake
    from service.local.sandbox.puts import Put
    from service.local.sandbox.resources.attempt import Attempt
    from service.local.sandbox.resources.kind import ChangeableKind


class OrderChange:
    """Serves the PUT of a kind."""

    def __init__(self, intake: OrderIntake, kind: ChangeableKind) -> None:
        self._intake = intake
        self._state = intake.state
        self._kind = kind

    async def change(self, request: Request) -> Response:
        """Count the PUT, then answer it."""
        state, body = self._state, await request.body()
        put = state.puts.arrived(request.path_params["account_id"], request.path_params["order_id"].lower(), body)
        return await through_faults(
            state.faults,
            lambda: self._intake.answer(request, body, partial(self._take, put)),
            lambda answer: state.puts.answered(put, answer),
        )

    async def _take(self, put: Put, attempt: Attempt) -> Response:
        state, kind = self._state, self._kind
        order = state.orders.get(put.account_id, kind.name, put.order_id)
        if order is None:
            return xml_answer(kind.missing(), 404)
        kind.check_change(order, attempt)
        changed = state.orders.change(order, put.body, attempt.at)
        state.puts.taken(put, attempt.at)
        state.announcer.changed(order, changed, kind)
        if state.faults.acts("accept_then_reset"):
            return Reset()
        return xml_answer(kind.report(changed, attempt.at))
