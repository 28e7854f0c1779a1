"""The doors on one address: every route of the API, the XML front, the callbacks, the dashboard and the open pages."""

from __future__ import annotations

from service import callbacks
from service.api import public, routes
from service.dashboard import routes as dashboard
from service.doorway.signpost import Signpost
from service.front import routes as front


def doors() -> Signpost:
    """Return what leads a request to its door."""
    return Signpost(
        [*callbacks.routes(), *public.public_routes(), *routes.routes(), *front.routes(), *dashboard.routes()]
    )
