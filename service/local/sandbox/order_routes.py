"""The doors of one kind of order: POST, GET, list, history."""

from __future__ import annotations

import asyncio
import uuid
from typing import TYPE_CHECKING

from starlette.routing import Route

from service.local.sandbox.answers import empty, proxy_page, unauthorized, xml_answer
from service.local.sandbox.clock import stamp
from service.local.sandbox.connection import Reset, Trickle
from service.local.sandbox.order_faults import fault_before_accept
from service.local.sandbox.order_query import QueryError, read_query
from service.local.sandbox.orders import Birth
from service.local.sandbox.posts import RESET
from service.local.sandbox.processing import reached
from service.local.sandbox.refusals import ProxyPageError, RefusedError
from service.local.sandbox.xml import MalformedXmlError, element, parse

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from service.local.sandbox.orders import Order
    from service.local.sandbox.posts import Post
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
        return [
            Route(collection, self.create, methods=["POST"]),
            Route(collection, self.list, methods=["GET"]),
            Route(collection + "/{order_id}", self.read, methods=["GET"]),
            Route(collection + "/{order_id}/history", self.history, methods=["GET"]),
        ]

    async def create(self, request: Request) -> Response:
        """Count the POST, then answer it, with the faults that concern the way and not the order."""
        state, body = self._state, await request.body()
        account_id = request.path_params["account_id"]
        post, arrival = state.posts.arrived(account_id, self._kind.name, body, state.clock())
        await asyncio.sleep(state.faults.delay("latency_ms"))
        answer = await self._answer(request, post)
        is_reset = isinstance(answer, Reset)
        state.posts.answered(post, arrival, RESET if is_reset else str(answer.status_code))
        if is_reset or not answer.body or not state.faults.settings.trickle_ms:
            return answer
        return Trickle(answer, state.faults.delay("trickle_ms"))

    async def _answer(self, request: Request, post: Post) -> Response:
        state = self._state
        caller = state.credentials.caller(request.headers.get("Authorization"))
        if caller is None:
            return unauthorized()
        fault = fault_before_accept(state.faults, state.clock)
        if fault is not None:
            return fault
        try:
            order = self._accept(post, caller)
        except RefusedError as refusal:
            document = self._kind.refused(refusal.code, refusal.description)
            return xml_answer(document, refusal.http_status)
        except ProxyPageError:
            return proxy_page()
        await state.announcer.accepted(order, self._kind)
        if state.faults.acts("accept_then_reset"):
            return Reset()
        return self._created(request, order)

    def _accept(self, post: Post, caller: str) -> Order:
        state = self._state
        if post.account_id not in state.options.accounts:
            raise RefusedError(1001, "Access Denied", 403)
        try:
            root = parse(post.body)
        except MalformedXmlError as error:
            raise RefusedError(1019, "Bad request encountered. Please check your request and try again.") from error
        draft = self._kind.read(root, state.options)
        birth = Birth(str(uuid.uuid4()), state.clock(), caller, state.options.pace)
        return state.orders.accept(birth, post, draft)

    def _created(self, request: Request, order: Order) -> Response:
        """Answer 201 with an absolute Location that names the port and /v1.0, as in the sample of 2020."""
        place = f"/v1.0/accounts/{order.account_id}/{self._kind.path}/{order.order_id}"
        location = f"{request.url.scheme}://{request.url.netloc}{place}"
        return xml_answer(self._kind.created(order), 201, {"Location": location})

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
            query = read_query(request.query_params)
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
        """Answer the states that an order has reached; an unknown order has an empty 404."""
        refusal = self._refusal(request)
        if refusal is not None:
            return refusal
        order = self._order(request)
        if order is None:
            return empty(404)
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
            return xml_answer(self._kind.refused(1001, "Access Denied"), 403)
        return None

    def _order(self, request: Request) -> Order | None:
        account_id, order_id = request.path_params["account_id"], request.path_params["order_id"]
        return self._state.orders.get(account_id, self._kind.name, order_id.lower())
