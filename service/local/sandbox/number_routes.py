"""The doors of the options of single telephone numbers (OpenAPI of /tns below a location)."""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from service.local.sandbox.admission import turned_away
from service.local.sandbox.answers import xml_answer
from service.local.sandbox.locations import Place
from service.local.sandbox.number_document import number_document
from service.local.sandbox.number_presence import check_presence, has_numbers
from service.local.sandbox.number_rules import check_number
from service.local.sandbox.number_taking import ROOT, NumberTaking
from service.local.sandbox.refusals import RefusedError
from service.local.sandbox.response_status import response_status
from service.local.sandbox.setting_intake import SettingIntake
from service.local.sandbox.xml import Element, element

if TYPE_CHECKING:
    from datetime import datetime

    from starlette.datastructures import QueryParams

    from service.local.sandbox.state import State

_LIST_ROOT = "SipPeerTelephoneNumbersResponse"
_PAGE_SIZE = 5_000
_COUNT = re.compile(r"[1-9][0-9]{0,8}")


class NumberRoutes:
    """Serves the numbers of a location."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._numbers = state.inventory.numbers
        self._taking = NumberTaking(state)

    def routes(self) -> list[Route]:
        """Return the routes below a path prefix."""
        collection = "/accounts/{account_id}/sites/{site_id}/sippeers/{peer_id}/tns"
        one = collection + "/{number}"
        intake = SettingIntake(self._state, "number-options", ROOT, self._put)
        return [
            Route(collection, self.list, methods=["GET"]),
            Route(one, self.read, methods=["GET"]),
            Route(one, intake.put, methods=["PUT"]),
        ]

    async def read(self, request: Request) -> Response:
        """Answer the options of one number as they show now."""
        refusal = turned_away(self._state, request, ROOT)
        if refusal is not None:
            return refusal
        try:
            number = self._number(request)
        except RefusedError as error:
            return xml_answer(response_status(ROOT, error.description, error.code), error.http_status)
        return xml_answer(element(ROOT, self._document(request, number)))

    async def list(self, request: Request) -> Response:
        """Answer the numbers that the sandbox has heard of, a page of `size` from `page` 1 on."""
        refusal = turned_away(self._state, request, _LIST_ROOT)
        if refusal is not None:
            return refusal
        try:
            page, size = (_count(request.query_params, *each) for each in (("page", 1), ("size", _PAGE_SIZE)))
        except RefusedError as error:
            return xml_answer(response_status(_LIST_ROOT, error.description, error.code), error.http_status)
        place = _place(request)
        numbers = self._numbers.heard_of(place.account_id) if has_numbers(place) else []
        shown = islice(numbers, (page - 1) * size, page * size)
        if request.query_params.get("includeAttributes") == "false":
            listed = [element("SipPeerTelephoneNumber", element("FullNumber", text=number)) for number in shown]
        else:
            listed = [self._document(request, number) for number in shown]
        return xml_answer(element(_LIST_ROOT, element("SipPeerTelephoneNumbers", *listed)))

    def _put(self, request: Request, root: Element, now: datetime) -> Response:
        number, place = self._number(request), _place(request)
        check_number(root, number, place)
        return self._taking.take(place, number, root, now)

    def _number(self, request: Request) -> str:
        """Return the path's number, if it is where the path says."""
        number: str = request.path_params["number"]
        check_presence(self._numbers, number, _place(request))
        return number

    def _document(self, request: Request, number: str) -> Element:
        state = self._numbers.state(request.path_params["account_id"], number, self._state.clock())
        return number_document(number, state)


def _place(request: Request) -> Place:
    return Place(*(request.path_params[name] for name in ("account_id", "site_id", "peer_id")))


def _count(query: QueryParams, name: str, default: int) -> int:
    given = query.get(name, str(default))
    if not _COUNT.fullmatch(given):
        raise RefusedError(1014, f"{given} is not a valid number")
    return int(given)
