"""The roster: named clients as one process knows them, read again once the store's have changed.

No request waits for the store while its token is known; one that is not known asks it, so that a new client, or a new
secret, is good at once. While the store is away, the clients that are known may go on calling.
"""

from __future__ import annotations

import asyncio
import hmac
import math
import re
import time
from contextlib import asynccontextmanager
from hashlib import sha256
from typing import TYPE_CHECKING, Final

import structlog

from service.errors import StoreUnavailable
from service.store.clients import register

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping

    from service.store.clients.register import Kept
    from service.store.server.connection import Store

#: seconds between two looks whether clients have changed: a revoked one is known everywhere in twice that
LOOK_SECONDS: Final = 1.0
#: seconds between two looks for tokens that are not known, whoever sends them
SOONEST_SECONDS: Final = 0.1
#: what a named client's token looks like: its id, a dot, 256 bits in base64url
_TOKEN: Final = re.compile(rf"({register.ID.pattern})\.([A-Za-z0-9_-]{{43}})", re.ASCII)
#: stands for a client that does not exist, so that its refusal takes as long as that of a wrong secret
_NO_DIGEST: Final = bytes(32)

log = structlog.get_logger()


def digest(secret: str) -> bytes:
    """Return all that is kept of a secret: it has 256 random bits, so that nobody finds it by trying."""
    return sha256(secret.encode("utf-8", "surrogateescape")).digest()


class Roster:
    """Finds named clients by their tokens; `alone`: there is no other client."""

    def __init__(self, store: Store, *, alone: bool = False) -> None:
        self._store = store
        self._alone = alone
        #: None: never read
        self._known: Mapping[str, Kept] | None = None
        self._version = ""
        self._turn = asyncio.Lock()
        #: when the last look began, in monotonic seconds, and why it failed, if it did
        self._looked_at = -math.inf
        self._failure: StoreUnavailable | None = None

    async def find(self, token: str) -> Kept | None:
        """Return the client of a token; None when it is nobody's.

        Raises StoreUnavailable for a token that is not known while the store is away.
        """
        parts = _TOKEN.fullmatch(token)
        if parts is None:
            return None
        found = self._holder(parts[1], digest(parts[2]))
        if found is None:
            await self._look_again()
            found = self._holder(parts[1], digest(parts[2]))
        return found

    @asynccontextmanager
    async def following(self) -> AsyncIterator[None]:
        """Look again and again while it is entered."""
        task = asyncio.create_task(self._follow())
        try:
            yield
        finally:
            task.cancel()
            await asyncio.wait((task,))

    def _holder(self, client_id: str, given: bytes) -> Kept | None:
        kept = (self._known or {}).get(client_id)
        now = time.time() * 1000
        newest, previous = kept.secrets(now) if kept else (None, None)
        # both are compared, whatever came of the first
        is_newest = hmac.compare_digest(given, newest or _NO_DIGEST) and newest is not None
        is_previous = hmac.compare_digest(given, previous or _NO_DIGEST) and previous is not None
        return kept if is_newest or is_previous else None

    async def _look_again(self) -> None:
        """Return once a look has been made that began after now; those who wait share it."""
        asked_at = time.monotonic()
        async with self._turn:
            if self._looked_at <= asked_at:
                await asyncio.sleep(self._looked_at + SOONEST_SECONDS - time.monotonic())
                await self._look()
        if self._failure:
            raise StoreUnavailable(self._failure.detail) from self._failure.__cause__

    async def _follow(self) -> None:
        while True:
            try:
                async with self._turn:
                    await self._look()
            except Exception:
                # the clients that are known stay so; whoever is new hears of the error itself
                log.exception("clients.not_read")
            await asyncio.sleep(LOOK_SECONDS)

    async def _look(self) -> None:
        self._looked_at = time.monotonic()
        try:
            version = await register.version(self._store)
            if self._known is None or version != self._version:
                await self._read()
                self._version = version
        except StoreUnavailable as error:
            self._failure = error
        else:
            self._failure = None

    async def _read(self) -> None:
        found = await register.all_(self._store)
        self._known = {each.id: each for each in found}
        if self._alone and all(each.revoked_at for each in found):
            log.warning("clients.none", do="order-tracker clients create, or set TRACKER_API_TOKEN: nobody may call")
