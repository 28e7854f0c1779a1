"""Bandwidth's OAuth2 client credentials (its page on API credentials): one token for all requests of a process."""

from __future__ import annotations

import asyncio
import json
import re
import time
from typing import TYPE_CHECKING, Final

import httpx

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from service.settings import Settings

#: seconds before its end at which a token is replaced
EARLY_SECONDS: Final = 60.0
#: seconds a token is taken to live when Bandwidth does not say
DEFAULT_SECONDS: Final = 3600.0
#: what a header may carry; anything else would break every request of the process until its life is over
_TOKEN: Final = re.compile(r"[\x21-\x7e]{1,16384}", re.ASCII)
#: seconds: no token lives for a year
_LONGEST_LIFE: Final = 366 * 86_400


class TokenRefused(Exception):
    """Bandwidth's token endpoint refuses our client id and secret."""


class TokenUnavailable(Exception):
    """Bandwidth's token endpoint did not answer as it must; the request itself was not sent."""


class ClientCredentials(httpx.Auth):
    """Puts a bearer token on every request; gets a new one early, and once when a token is refused."""

    def __init__(self, token_url: str, client_id: str, client_secret: str) -> None:
        self._url = token_url
        self._basic = httpx.BasicAuth(client_id, client_secret)
        self._token = ""
        self._ends = 0.0
        self._lock = asyncio.Lock()

    async def async_auth_flow(self, request: httpx.Request) -> AsyncGenerator[httpx.Request, httpx.Response]:
        """Send with the current token; a 401 means nothing was done, so one new token is tried."""
        for _ in range(2):
            async with self._lock:
                if time.monotonic() >= self._ends:
                    response = yield self._token_request(request)
                    self._keep(response.status_code, await response.aread())
            token = self._token
            request.headers["Authorization"] = f"Bearer {token}"
            response = yield request
            if response.status_code != httpx.codes.UNAUTHORIZED:
                return
            # gives its connection back: whoever asks for the new token may be waiting for one
            await response.aread()
            if self._token == token:
                self._ends = 0.0

    def _token_request(self, request: httpx.Request) -> httpx.Request:
        asked = httpx.Request(
            "POST",
            self._url,
            data={"grant_type": "client_credentials"},
            headers={"Accept": "application/json"},
            extensions={"timeout": request.extensions.get("timeout", {})},
        )
        return next(self._basic.auth_flow(asked))

    def _keep(self, status: int, body: bytes) -> None:
        if status in (httpx.codes.BAD_REQUEST, httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN):
            raise TokenRefused(f"the token endpoint answered {status}")
        try:
            answer = json.loads(body) if httpx.codes.is_success(status) else {}
            token, lives = str(answer["access_token"]), float(answer.get("expires_in", DEFAULT_SECONDS))
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise TokenUnavailable(f"the token endpoint answered {status}, not a token") from error
        if not (_TOKEN.fullmatch(token) and 0 < lives < _LONGEST_LIFE):
            raise TokenUnavailable("the token endpoint answered with a token that cannot be sent, or has no life")
        self._token = token
        self._ends = time.monotonic() + max(lives - EARLY_SECONDS, lives / 2)


def auth_of(settings: Settings) -> httpx.Auth:
    """Return how requests prove who we are: OAuth2, or Basic until Bandwidth ends it in December 2026."""
    if settings.bandwidth_auth == "basic":
        return httpx.BasicAuth(settings.bandwidth_username, settings.bandwidth_password.get_secret_value())
    base = str(settings.bandwidth_url).rstrip("/")
    return ClientCredentials(
        f"{base}/oauth2/token", settings.bandwidth_client_id, settings.bandwidth_client_secret.get_secret_value()
    )
