"""The token endpoint."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qs

from starlette.responses import JSONResponse
from starlette.routing import Route

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from service.local.sandbox.state import State


class TokenRoute:
    """Serves `POST /api/v1/oauth2/token` (client credentials); errors as in RFC 6749, section 5.2."""

    def __init__(self, state: State) -> None:
        self._state = state

    def routes(self) -> list[Route]:
        """Return the routes below a path prefix."""
        return [Route("/oauth2/token", self.issue, methods=["POST"])]

    async def issue(self, request: Request) -> Response:
        """Issue a token to the client."""
        form = parse_qs((await request.body()).decode(errors="replace"))
        if not self._state.credentials.knows_client(request.headers.get("Authorization")):
            return JSONResponse({"error": "invalid_client"}, 401, {"WWW-Authenticate": "Basic"})
        if form.get("grant_type") != ["client_credentials"]:
            return JSONResponse({"error": "unsupported_grant_type"}, 400)
        lifetime = self._state.options.token_ttl
        return JSONResponse(
            {
                "access_token": self._state.credentials.issue(),
                "token_type": "bearer",
                "expires_in": int(lifetime),
            },
            headers={"Cache-Control": "no-store"},
        )
