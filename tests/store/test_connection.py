"""Whatever the client raises while the store goes away is one error of ours; a store that forgot scripts is told."""

from __future__ import annotations

from contextlib import suppress

import pytest
import rig
from redis.exceptions import BusyLoadingError

from service.errors import StoreUnavailable
from service.store.script import UNLINE
from service.store.server.connecting import connect
from service.store.server.connection import Store
from service.store.server.presence import unavailable

#: uvloop's words when the server closes a connection under a write
CLOSED = "unable to perform operation on <TCPTransport closed=True>; the handler is closed"


@pytest.mark.parametrize(
    "raised",
    [BusyLoadingError("loading"), ConnectionResetError(), TimeoutError(), RuntimeError(CLOSED)],
    ids=lambda raised: type(raised).__name__,
)
def test_a_store_that_goes_away_is_unavailable(raised):
    with pytest.raises(StoreUnavailable, match=type(raised).__name__), unavailable():
        raise raised


@pytest.mark.parametrize("calls", [1, 3])
async def test_a_server_that_was_restarted_is_told_the_scripts_again(calls):
    """One call, and several in one round trip; beside them another script that is new to it."""
    with rig.valkey() as server:
        store = Store(connect(server.url))
        nobody = [("{1}:line:any", (f"order-{at}", "any")) for at in range(calls)]
        before = await store.run_many(UNLINE, "1", nobody)
        server.kill()
        server.start_again()

        async def answered():
            # the first call may still find the old connection
            with suppress(StoreUnavailable):
                return await store.run_many(UNLINE, "1", nobody)

        assert await rig.until(answered) == before
        await store.client.script_flush()
        assert await store.run_many(UNLINE, "1", nobody) == before
        assert len(before) == calls
        await store.close()
