"""Whatever the client raises while the store goes away is one error of ours."""

from __future__ import annotations

import pytest
from redis.exceptions import BusyLoadingError

from service.errors import StoreUnavailable
from service.store.connection import unavailable

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
