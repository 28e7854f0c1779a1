"""What somebody does in Bandwidth's dashboard meanwhile, as doors of /_sandbox; no credentials needed."""

from __future__ import annotations

import json
import re
from copy import deepcopy
from typing import TYPE_CHECKING, Any

from starlette.responses import JSONResponse
from starlette.routing import Route

from service.local.sandbox.location_document import READ_ONLY
from service.local.sandbox.locations import Place
from service.local.sandbox.xml import Element, element

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from service.local.sandbox.state import State

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9]*")
#: Most seconds that a subscription can be given to live, as in its own PUT.
_LONGEST = 9_999_999_999


class Dashboard:
    """Changes locations and subscriptions behind the callers' backs."""

    def __init__(self, state: State) -> None:
        self._state = state

    def routes(self) -> list[Route]:
        """Return the routes."""
        location = "/_sandbox/locations/{account_id}/{site_id}/{peer_id}"
        return [
            Route(location, self.put_location, methods=["PUT"]),
            Route("/_sandbox/subscriptions/{subscription_id}", self.put_subscription, methods=["PUT"]),
        ]

    async def put_location(self, request: Request) -> Response:
        """Set elements of a location to texts, as in {"Description": "new"}; what is not named stays."""
        texts = await _object(request)
        place = Place(*(request.path_params[name] for name in ("account_id", "site_id", "peer_id")))
        settings = self._state.inventory.locations.get(place)
        if settings is None or place.account_id not in self._state.options.accounts:
            return _refused("there is no such location", 404)
        if texts is None:
            return _refused("send a JSON object of elements and texts")
        changed = deepcopy(settings)
        for name, text in texts.items():
            if not _can_be_text(changed, name, text):
                return _refused(f"{name!r} is no element whose text can be set to {text!r}")
            _set(changed, name, text)
        self._state.inventory.locations.put(place, changed)
        return JSONResponse(texts)

    async def put_subscription(self, request: Request) -> Response:
        """Let a subscription end {"expiry": seconds} from now; nothing else of it changes."""
        seconds = (await _object(request) or {}).get("expiry")
        if not isinstance(seconds, int) or isinstance(seconds, bool) or not 0 <= seconds <= _LONGEST:
            return _refused('send {"expiry": seconds}')
        if not self._state.subscriptions.expire_in(request.path_params["subscription_id"], seconds):
            return _refused("there is no such subscription", 404)
        return JSONResponse({"expiry": seconds})


async def _object(request: Request) -> dict[str, Any] | None:
    try:
        document = json.loads(await request.body())
    except ValueError:
        return None
    return document if isinstance(document, dict) else None


def _refused(error: str, status: int = 400) -> Response:
    return JSONResponse({"error": error}, status)


def _can_be_text(settings: Element, name: str, text: object) -> bool:
    held = settings.find(name) if _NAME.fullmatch(name) else None
    is_free = _NAME.fullmatch(name) is not None and name not in READ_ONLY
    return is_free and isinstance(text, str) and (held is None or len(held) == 0)


def _set(settings: Element, name: str, text: str) -> None:
    changed, held = element(name, text=text), settings.find(name)
    if held is None:
        settings.append(changed)
    else:
        settings.replace(held, changed)
