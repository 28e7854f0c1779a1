"""A Redis Cluster: which of its primaries keeps an account's keys, asked anew whenever one of them fails us.

Each primary is a server like any other, with a client, a patience and a greeting of its own: redis-py's cluster client
looks for a new primary only where it may repeat commands, greets no connection and has a thread for each command of a
transaction. So a server that is away holds up its own accounts alone.
"""

from __future__ import annotations

import time
from contextlib import asynccontextmanager, contextmanager
from typing import TYPE_CHECKING, Any, Final

import structlog
from redis.crc import key_slot
from redis.exceptions import AskError, MovedError, NoScriptError

from service.errors import StoreUnavailable
from service.store.server.convoy import WAIT_MS
from service.store.server.node import taken
from service.store.server.presence import is_moving
from service.store.server.slots import Slots

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Collection, Iterable, Iterator, Sequence

    import redis.asyncio

    from service.store.server.convoy import Commands
    from service.store.server.node import Lane, Node
    from service.store.server.slots import Address

#: seconds between two lines that say of an account that it is moving
TELL_SECONDS: Final = 60.0

log = structlog.get_logger()


class Cluster:
    """The primaries of a cluster, found from some of its `addresses`.

    `node` makes a server of its host and port, with clients of `redirected.py`; `ask` a client that greets nobody.
    """

    def __init__(
        self,
        addresses: Iterable[Address],
        node: Callable[[Cluster, Address], Node],
        ask: Callable[[Address], redis.asyncio.Redis],
    ) -> None:
        self._slots = Slots(addresses, ask, self._leave_others)
        self._make = node
        self._nodes: dict[Address, Node] = {}
        #: account -> when it was said that it moves, in monotonic seconds
        self._told_at: dict[str, float] = {}

    async def do(self, account_id: str, operation: str, commands: Commands, replicas: int = 0) -> list[Any]:
        """Do commands on an account's keys; raises StoreUnavailable."""
        with self._doubting(account_id):
            node = await self._keeper(account_id)
            replies = await node.do(operation, commands, replicas)
            if not any(isinstance(each, MovedError | AskError) for each in replies):
                return replies
            # what was done before the slot moved went with it: reads, and scripts, whose operation ids change nothing
            # twice
            after = [("WAIT", replicas, WAIT_MS)] if replicas else []
            async with node.asked(operation) as client:
                pipeline = client.pipeline(transaction=False)
                for each in (*commands, *after):
                    pipeline.execute_command(*each)
                return taken(await pipeline.execute(raise_on_error=False), (NoScriptError,))

    @asynccontextmanager
    async def asked(self, account_id: str, operation: str) -> AsyncIterator[Any]:
        """Yield the client of the primary that keeps an account's keys; raises StoreUnavailable."""
        with self._doubting(account_id):
            node = await self._keeper(account_id)
            async with node.asked(operation) as client:
                yield client

    @asynccontextmanager
    async def followed(self, account_id: str, operation: str) -> AsyncIterator[Any]:
        """Yield its client for reads that block; raises StoreUnavailable."""
        with self._doubting(account_id):
            node = await self._keeper(account_id)
            async with node.followed(operation) as client:
                yield client

    async def primaries(self) -> Sequence[Node]:
        """Return all that keep slots, by name; raises StoreUnavailable."""
        return sorted((self._node(each) for each in await self._slots.keepers()), key=lambda node: node.name)

    async def lanes(self, account_ids: Sequence[str]) -> Sequence[Lane]:
        """Return the accounts of each primary; raises StoreUnavailable."""
        lanes: dict[str, list[str]] = {}
        for each in account_ids:
            lanes.setdefault((await self._keeper(each)).name, []).append(each)
        return [*lanes.items()]

    def moved(self, error: MovedError) -> Any:
        """Return the client of the server that a refusal names: it was not done here, and is to be done there."""
        if not error.host:
            raise error
        address = (error.host, error.port)
        self._slots.moved(error.slot_id, address)
        return self._node(address).client

    def moving(self, error: AskError) -> Any:
        """Return the client of the server that a slot is moving to: what is no longer kept here is asked there."""
        if not error.host:
            raise error
        return self._node((error.host, error.port)).client

    async def close(self) -> None:
        """Give the connections back."""
        for each in self._nodes.values():
            await each.close()

    @contextmanager
    def _doubting(self, account_id: str) -> Iterator[None]:
        """Look anew at who keeps what before the next call, when this one fails."""
        try:
            yield
        except StoreUnavailable as error:
            self._slots.doubt()
            if is_moving(error):
                self._tell(account_id)
            raise

    def _tell(self, account_id: str) -> None:
        """Say that an account is moving, once a minute while somebody asks for it."""
        now = time.monotonic()
        if now - self._told_at.get(account_id, -TELL_SECONDS) >= TELL_SECONDS:
            self._told_at[account_id] = now
            do = "see that the move ends: docs/OPERATING.md, Moving slots"
            log.warning("store.account_moving", account=account_id, do=do)

    async def _keeper(self, account_id: str) -> Node:
        return self._node(await self._slots.keeper(key_slot(account_id.encode())))

    def _node(self, address: Address) -> Node:
        if address not in self._nodes:
            self._nodes[address] = self._make(self, address)
        return self._nodes[address]

    async def _leave_others(self, keepers: Collection[Address]) -> None:
        for address, node in [*self._nodes.items()]:
            if address not in keepers:
                await node.leave()
