"""The doors of one kind of order: which there are, and those that only read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.routing import Route

from service.local.sandbox.answers import empty, unauthorized, xml_answer
from service.local.sandbox.clock import stamp
from service.local.sandbox.order_change import OrderChange
from service.local.sandbox.order_intake import OrderIntake
from service.local.sandbox.order_query import QueryError, read_query
from service.local.sandbox.processing import reached
from service.local.sandbox.refusals import RefusedError
from service.local.sandbox.resources.kind import ChangeableKind
from service.local.sandbox.xml import element

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from service.local.sandbox.order import Order
    from service.local.sandbox.resources.kind import OrderKind
    from service.local.sandbox.state import State

#: Most orders in one list.
_LIST_LIMIT = 1_000


class OrderRoutes:
    """Serves one kind."""

    def __init__(self, state: State, kind: OrderKind) -> None:
        self._state = state
        self._kind = kind

    def routes(self) -> list[Route]:
        """Return the routes below a path prefix."""
        collection = f"/accounts/{{account_id}}/{self._kind.path}"
        one, intake = collection + "/{order_id}", OrderIntake(self._state, self._kind)
        routes = [
            Route(collection, intake.create, methods=["POST"]),
            Route(collection, self.list, methods=["GET"]),
            Route(one, self.read, methods=["GET"]),
        ]
        if self._kind.has_history:
            routes.append(Route(one + "/history", self.history, methods=["GET"]))
        if isinstance(self._kind, ChangeableKind):
            routes.append(Route(one, OrderChange(intake, self._kind).change, methods=["PUT"]))
        return routes

    async def read(self, request: Request) -> Response:
        """Answer one order."""
        refusal = self._refusal(request)
        if refusal is not None:
            return refusal
        order = self._order(request)
        if order is None:
            return xml_answer(self._kind.missing(), 404)
        return xml_answer(self._kind.report(order, self._state.clock()))

    async def list(self, request: Request) -> Response:
        """Answer the orders that a query selects, newest first."""
        refusal = self._refusal(request)
        if refusal is not None:
            return refusal
        try:
            query = read_query(request.query_params, self._kind.filters)
        except QueryError as error:
            return xml_answer(self._kind.missing(str(error)), 404)
        now = self._state.clock()
        found = self._state.orders.candidates(
            request.path_params["account_id"],
            self._kind.name,
            query.customer_order_id,
            query.telephone_number,
        )
        newest_first = [order for order in reversed(found) if query.matches(order, now)]
        listing = self._kind.listing(newest_first[:_LIST_LIMIT], len(newest_first), now, details=query.details)
        return xml_answer(listing)

    async def history(self, request: Request) -> Response:
        """Answer the states that an order has reached."""
        refusal = self._refusal(request)
        if refusal is not None:
            return refusal
        order = self._order(request)
        if order is None:
            missing = self._kind.history_missing()
            return empty(404) if missing is None else xml_answer(missing, 404)
        entries = (
            element(
                "OrderHistory",
                element("OrderDate", text=stamp(milestone.at)),
                element("Note", text=self._kind.note(milestone.status)),
                element("Author", text=order.created_by),
                element("Status", text=self._kind.history_status(milestone.status)),
            )
            for milestone in reached(order.milestones, self._state.clock())
        )
        return xml_answer(element("OrderHistoryWrapper", *entries))

    def _refusal(self, request: Request) -> Response | None:
        state = self._state
        if state.credentials.caller(request.headers.get("Authorization")) is None:
            return unauthorized()
        if request.path_params["account_id"] not in state.options.accounts:
            return xml_answer(self._kind.refused(RefusedError(1001, "Access Denied", 403), None), 403)
        return None

    def _order(self, request: Request) -> Order | None:
        account_id, order_id = request.path_params["account_id"], request.path_params["order_id"]
        return self._state.orders.get(account_id, self._kind.name, order_id.lower())
