"""The doors of /_sandbox, which Bandwidth does not have; no credentials needed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from starlette.responses import JSONResponse
from starlette.routing import Route

from service.local.sandbox.faults import FaultSettingsError, read_settings
from service.local.sandbox.ledger import Entry, entries
from service.local.sandbox.tally import Tally

if TYPE_CHECKING:
    from starlette.datastructures import QueryParams
    from starlette.requests import Request
    from starlette.responses import Response

    from service.local.sandbox.state import State


class Inspection:
    """Serves the ledger, the log of callbacks, the count of requests and the faults."""

    def __init__(self, state: State) -> None:
        self._state = state
        self.tally = Tally()

    def routes(self) -> list[Route]:
        """Return the routes."""
        return [
            Route("/_sandbox/orders", self.orders, methods=["GET"]),
            Route("/_sandbox/callbacks", self.callbacks, methods=["GET"]),
            Route("/_sandbox/requests", self.requests, methods=["GET"]),
            Route("/_sandbox/faults", self.faults, methods=["GET"]),
            Route("/_sandbox/faults", self.put_faults, methods=["PUT"]),
        ]

    async def orders(self, request: Request) -> Response:
        """Answer the ledger, filtered by `customer_order_id` and `tn` if they are given."""
        wanted = request.query_params
        return JSONResponse([entry for entry in entries(self._state) if _is_wanted(entry, wanted)])

    async def callbacks(self, _: Request) -> Response:
        """Answer the last callback attempts, oldest first."""
        return JSONResponse([attempt.described() for attempt in self._state.callbacks.log])

    async def requests(self, _: Request) -> Response:
        """Answer how often each resource was asked since the start, by method."""
        return JSONResponse(self.tally.described())

    async def faults(self, _: Request) -> Response:
        """Answer the faults' settings and how often each has acted since the start."""
        return JSONResponse(self._state.faults.described())

    async def put_faults(self, request: Request) -> Response:
        """Replace all settings; 400 says which one cannot be used."""
        try:
            settings = read_settings(json.loads(await request.body()))
        except (FaultSettingsError, ValueError) as error:
            return JSONResponse({"error": str(error)}, 400)
        self._state.faults.settings = settings
        return JSONResponse(self._state.faults.described())


def _is_wanted(entry: Entry, wanted: QueryParams) -> bool:
    customer_order_id, number = wanted.get("customer_order_id"), wanted.get("tn")
    return customer_order_id in {None, entry["customer_order_id"]} and (
        number is None or number in entry["telephone_numbers"]
    )
