"""Taking the PUTs of one kind of setting: they make no order, and are counted as the POSTs of orders are."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import Response

from service.local.sandbox.admission import turned_away
from service.local.sandbox.answers import xml_answer
from service.local.sandbox.connection import Reset
from service.local.sandbox.order_faults import fault_before_accept, through_faults
from service.local.sandbox.refusals import RefusedError
from service.local.sandbox.response_status import response_status
from service.local.sandbox.xml import Element, MalformedXmlError, parse

if TYPE_CHECKING:
    from service.local.sandbox.state import State

#: Takes a request with its body and the moment; answers it, or raises RefusedError.
Take = Callable[[Request, Element, datetime], Response]

_OK = 200


class SettingIntake:
    """Serves the PUT of a kind of setting; `kind` is its name in the ledger, `root` that of its answers."""

    def __init__(self, state: State, kind: str, root: str, take: Take) -> None:
        self._state = state
        self._kind = kind
        self._root = root
        self._take = take

    async def put(self, request: Request) -> Response:
        """Count the PUT, then answer it."""
        state, body = self._state, await request.body()
        post, arrival = state.posts.arrived(request.path_params["account_id"], self._kind, body, state.clock())
        return await through_faults(
            state.faults,
            lambda: self._answer(request, body),
            lambda answer: state.posts.answered(post, arrival, answer),
        )

    async def _answer(self, request: Request, body: bytes) -> Response:
        state = self._state
        refusal = turned_away(state, request, self._root) or fault_before_accept(state.faults, state.clock)
        if refusal is not None:
            return refusal
        try:
            answer = self._take(request, _read(body), state.clock())
        except RefusedError as error:
            return xml_answer(response_status(self._root, error.description, error.code), error.http_status)
        taken = answer.status_code == _OK
        return Reset() if taken and state.faults.acts("accept_then_reset") else answer


def _read(body: bytes) -> Element:
    try:
        return parse(body)
    except MalformedXmlError as error:
        text = "Bad request encountered. Please check your request and try again."
        raise RefusedError(1019, text) from error
