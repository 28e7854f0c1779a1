"""Taking the POSTs and PUTs of one kind of order."""

from __future__ import annotations

import uuid
from functools import partial
from typing import TYPE_CHECKING

from service.local.sandbox.answers import proxy_page, unauthorized, xml_answer
from service.local.sandbox.connection import Reset
from service.local.sandbox.order import Birth
from service.local.sandbox.order_faults import fault_before_accept, through_faults
from service.local.sandbox.refusals import ProxyPageError, RefusedError
from service.local.sandbox.resources.attempt import Attempt
from service.local.sandbox.xml import MalformedXmlError, parse

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from starlette.requests import Request
    from starlette.responses import Response

    from service.local.sandbox.posts import Post
    from service.local.sandbox.resources.kind import OrderKind
    from service.local.sandbox.state import State


class OrderIntake:
    """Serves the POST of a kind, and what its PUT has in common with it."""

    def __init__(self, state: State, kind: OrderKind) -> None:
        self.state = state
        self.kind = kind

    async def create(self, request: Request) -> Response:
        """Count the POST, then answer it."""
        state, body = self.state, await request.body()
        post, arrival = state.posts.arrived(request.path_params["account_id"], self.kind.name, body, state.clock())
        return await through_faults(
            state.faults,
            lambda: self.answer(request, body, partial(self._accept, request, post)),
            lambda answer: state.posts.answered(post, arrival, answer),
        )

    async def answer(self, request: Request, body: bytes, decide: Callable[[Attempt], Awaitable[Response]]) -> Response:
        """Answer a POST or PUT; `decide` takes it, or raises RefusedError or ProxyPageError."""
        state = self.state
        caller = state.credentials.caller(request.headers.get("Authorization"))
        if caller is None:
            return unauthorized()
        fault = fault_before_accept(state.faults, state.clock)
        if fault is not None:
            return fault
        attempt = self._read(request.path_params["account_id"], caller, body)
        try:
            return await decide(self._admitted(request, attempt))
        except RefusedError as refusal:
            return xml_answer(self.kind.refused(refusal, attempt), refusal.http_status)
        except ProxyPageError:
            return proxy_page()

    def _read(self, account_id: str, caller: str, body: bytes) -> Attempt | None:
        try:
            root = parse(body)
        except MalformedXmlError:
            return None
        state, now = self.state, self.state.clock()
        holder = partial(state.orders.in_process, account_id, self.kind.name, now)
        return Attempt(root, account_id, caller, now, state.options, holder)

    def _admitted(self, request: Request, attempt: Attempt | None) -> Attempt:
        if request.path_params["account_id"] not in self.state.options.accounts:
            raise RefusedError(1001, "Access Denied", 403)
        if attempt is None:
            raise RefusedError(1019, "Bad request encountered. Please check your request and try again.")
        return attempt

    async def _accept(self, request: Request, post: Post, attempt: Attempt) -> Response:
        """Answer 201 with an absolute Location that names the port and /v1.0, as in the sample of 2020."""
        state, kind = self.state, self.kind
        draft = kind.read(attempt)
        birth = Birth(str(uuid.uuid4()), attempt.at, attempt.user, state.options.pace)
        order = state.orders.accept(birth, post, draft)
        await state.announcer.accepted(order, kind)
        if state.faults.acts("accept_then_reset"):
            return Reset()
        place = f"/v1.0/accounts/{order.account_id}/{kind.path}/{order.order_id}"
        location = f"{request.url.scheme}://{request.url.netloc}{place}"
        return xml_answer(kind.created(order), 201, {"Location": location})
