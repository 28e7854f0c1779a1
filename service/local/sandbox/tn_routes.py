"""The doors of telephone numbers outside of any account (OpenAPI of /tns)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from service.local.sandbox.admission import turned_away
from service.local.sandbox.answers import xml_answer
from service.local.sandbox.first_locations import NUMBERS_PEER_ID, SITE_ID
from service.local.sandbox.locations import Place
from service.local.sandbox.magic import Behaviour
from service.local.sandbox.number_book import FOREIGN_ACCOUNT, behaviour_of
from service.local.sandbox.number_state import NumberState
from service.local.sandbox.resources.envelope import is_number
from service.local.sandbox.response_status import response_status
from service.local.sandbox.tn_details import tn_details, tn_summary
from service.local.sandbox.tn_features import dlda_feature, lidb_feature
from service.local.sandbox.tn_home import TnHome, home_at, home_elsewhere
from service.local.sandbox.xml import Element

if TYPE_CHECKING:
    from service.local.sandbox.order import Order
    from service.local.sandbox.state import State

_ROOT = "TelephoneNumberResponse"


class TnRoutes:
    """Serves what is known of a number, whosever it is."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._numbers = state.inventory.numbers

    def routes(self) -> list[Route]:
        """Return the routes below a path prefix."""
        doors: dict[str, Callable[[Request, str], Element]] = {
            "": lambda _, number: tn_summary(number, self._home(number), self._options(number)),
            "/sites": lambda _, number: self._home(number).short("Site"),
            "/sippeers": lambda _, number: self._home(number).short("SipPeer"),
            "/tndetails": self._details,
        }
        return [
            Route("/tns/{number}" + path, partial(self._answer, write=write), methods=["GET"])
            for path, write in doors.items()
        ]

    async def _answer(self, request: Request, write: Callable[[Request, str], Element]) -> Response:
        """Answer about a number of ten digits, with or without +1; 12512 for everything else."""
        refusal = turned_away(self._state, request, _ROOT)
        if refusal is not None:
            return refusal
        asked = request.path_params["number"]
        number = asked.removeprefix("+1")
        if not is_number(number) or behaviour_of(number) == Behaviour.UNKNOWN_NUMBER:
            return xml_answer(response_status(_ROOT, f"Telephone number '{asked}' is not valid", 12512), 400)
        return xml_answer(write(request, number))

    def _home(self, number: str) -> TnHome:
        account_id = self._numbers.account_of(number)
        settings = self._state.inventory.locations.get(Place(account_id, SITE_ID, NUMBERS_PEER_ID))
        if settings is None or account_id == FOREIGN_ACCOUNT:
            return home_elsewhere(account_id)
        return home_at(account_id, settings)

    def _options(self, number: str) -> NumberState:
        """Return a number's options; of one that is elsewhere nothing is known."""
        return self._numbers.state(self._numbers.account_of(number), number, self._state.clock())

    def _details(self, request: Request, number: str) -> Element:
        features = self._features(request, number)
        return tn_details(number, self._home(number), self._options(number), features)

    def _features(self, request: Request, number: str) -> Iterator[Element]:
        state, now, account_id = self._state, self._state.clock(), self._numbers.account_of(number)
        orders = state.orders.naming(account_id, number)
        names = [order for order in orders if order.kind == "lidb"]
        listings = [order for order in orders if order.kind == "dlda"]
        base = f"{request.url.scheme}://{request.url.netloc}/v1.0/accounts/{account_id}/dldas"

        def link(order: Order) -> str:
            return f"{base}/{order.order_id}"

        features = (
            lidb_feature(names, number, now),
            dlda_feature(state.kinds["dlda"], listings, number, now, link),
        )
        return (feature for feature in features if feature is not None)
