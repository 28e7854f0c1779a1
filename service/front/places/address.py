"""Addresses of locations: the site and the location that a path names, and the path by which Bandwidth is asked."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from service.errors import NotFound

if TYPE_CHECKING:
    from starlette.requests import Request

#: below an account
PEERS: Final = "/sites/{site_id}/sippeers"
PEER: Final = PEERS + "/{peer_id}"
#: what may stand in a path that Bandwidth is asked for: nothing that would lead elsewhere
_SHAPES: Final = {
    "site_id": re.compile(r"[0-9]{1,18}", re.ASCII),
    "peer_id": re.compile(r"[0-9]{1,18}", re.ASCII),
    "number": re.compile(r"\+?[0-9]{1,15}", re.ASCII),
}


def at_bandwidth(request: Request, pattern: str) -> str:
    """Return the path below Bandwidth's base URL; raises NotFound for parts that Bandwidth never gives."""
    given: dict[str, str] = request.path_params
    if not all(shape.fullmatch(given[name]) for name, shape in _SHAPES.items() if name in given):
        raise NotFound("The resource does not exist")
    return f"/accounts/{{account_id}}{pattern}".format(**given)
