"""The application: routes over one state."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.middleware import Middleware

from service.local.sandbox.clock import Clock, utc_now
from service.local.sandbox.dashboard import Dashboard
from service.local.sandbox.inspection import Inspection
from service.local.sandbox.location_routes import LocationRoutes
from service.local.sandbox.number_routes import NumberRoutes
from service.local.sandbox.order_routes import OrderRoutes
from service.local.sandbox.outage import Outage
from service.local.sandbox.paths import Paths
from service.local.sandbox.resources import KINDS
from service.local.sandbox.state import State
from service.local.sandbox.subscription_routes import SubscriptionRoutes
from service.local.sandbox.tn_routes import TnRoutes
from service.local.sandbox.token_route import TokenRoute

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from service.local.sandbox.options import Options


def build_app(options: Options, clock: Clock = utc_now) -> Starlette:
    """Build the sandbox as an ASGI application; it must run under `connection.Connection` to reset."""
    state = State.open(options, clock, KINDS)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        state.resume()
        yield
        await state.close()

    inspection = Inspection(state)
    doors = (TokenRoute, SubscriptionRoutes, LocationRoutes, NumberRoutes, TnRoutes, Dashboard)
    routes = [route for door in doors for route in door(state).routes()]
    for kind in KINDS.values():
        routes.extend(OrderRoutes(state, kind).routes())
    inspection.tally.watch(routes)
    routes.extend(inspection.routes())
    app = Starlette(
        routes=routes,
        middleware=[
            Middleware(Outage, faults=state.faults),
            Middleware(Paths, orders=[kind.path for kind in KINDS.values()]),
        ],
        lifespan=lifespan,
    )
    app.router.redirect_slashes = False  # it would redirect to the path without its prefix
    return app
