"""Indexing: the rest of an order's numbers, chunk by chunk, where it has more than one script does at once.

Whoever brought the order follows it up at once; the clock does it for a process that ended in between.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import structlog

from service.errors import StoreUnavailable
from service.store import keys
from service.store.script import INDEX

if TYPE_CHECKING:
    from service.store.server.connection import Store

#: what one script spends (numbers.lua): so many numbers, or a fifth of it where others name them already
CHUNK: Final = 2_500

log = structlog.get_logger()


async def finish(store: Store, account_id: str, order_id: str) -> None:
    """Index what is left of an order's numbers; safe to repeat, and to do twice at once."""
    key = keys.order(account_id, order_id)
    # one at a time: a pipeline of them would keep others from the server for as long as one large script
    while await store.run(INDEX, account_id, key, order_id, CHUNK):
        pass


async def follow(store: Store, account_id: str, order_id: str) -> None:
    """Index what is left of a new order's numbers; a failure is only told, for the order is on disk."""
    try:
        await finish(store, account_id, order_id)
    except StoreUnavailable as error:
        log.warning(
            "order.not_indexed", account=account_id, order=order_id, error=error.detail, next="the clock does it"
        )


async def catch_up(store: Store, account_id: str, most: int) -> list[str]:
    """Index what others left of some orders, at most so many; return their ids."""
    async with store.asked(account_id) as client:
        left: list[str] = await client.hrandfield(keys.unindexed(account_id), most) or []
    for order_id in left:
        await finish(store, account_id, order_id)
    return left
