"""Walking: an account's keys, and the members of one, in pages. What stays while it is walked is met at least once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from service.store import keys

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Iterator

    from service.store.server.connection import Store

#: keys that the server looks at for one page; those of other accounts are not in it
KEYS: Final = 500
#: members of one page
MEMBERS: Final = 100


async def account_keys(store: Store, account_id: str) -> AsyncIterator[list[str]]:
    """Yield all keys of an account."""

    async def scan(client: Any, cursor: int) -> Any:
        return await client.scan(cursor, match=f"{keys.prefix(account_id)}*", count=KEYS)

    async for page in _pages(store, account_id, scan):
        yield page


async def members(store: Store, key: str) -> AsyncIterator[list[str]]:
    """Yield the members of a sorted set."""

    async def scan(client: Any, cursor: int) -> Any:
        return await client.zscan(key, cursor, count=MEMBERS)

    async for page in _pages(store, keys.account_of(key), scan):
        for some in _in_pages([member for member, _ in page]):
            yield some


async def fields(store: Store, key: str) -> AsyncIterator[list[str]]:
    """Yield the names of a hash's fields."""

    async def scan(client: Any, cursor: int) -> Any:
        return await client.hscan(key, cursor, count=MEMBERS)

    async for page in _pages(store, keys.account_of(key), scan):
        for some in _in_pages(list(page)):
            yield some


def _in_pages(found: list[str]) -> Iterator[list[str]]:
    """Cut what the server told at once: all of a small key, whatever it was asked for."""
    for start in range(0, len(found), MEMBERS):
        yield found[start : start + MEMBERS]


async def _pages(store: Store, account_id: str, scan: Callable[[Any, int], Awaitable[Any]]) -> AsyncIterator[Any]:
    cursor = 0
    while True:
        async with store.asked(account_id) as client:
            cursor, page = await scan(client, cursor)
        if page:
            yield page
        if not cursor:
            return
