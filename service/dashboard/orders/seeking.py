"""Seeking: all that a text may stand for, in all accounts of a token."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from service.dashboard.page import ROOT
from service.identifiers import bandwidth_id
from service.store import naming, orphans, purging, reading, searching
from service.store.bulk import reading as batches
from service.store.events import endpoints
from service.store.orphans import OrphanKey
from service.store.wanted import Wanted

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from service.dashboard.orders.sought import Sought
    from service.order import Order
    from service.store.server.connection import Store

What: TypeAlias = Literal[
    "telephone number", "order id", "Bandwidth's id", "reference", "purged order", "batch", "endpoint", "callbacks"
]
#: orders of one reference that an account shows
MOST: Final = 20


@dataclass(frozen=True, slots=True)
class Hit:
    """Something that the text stands for, by what it is called so, and where it is."""

    what: What
    account_id: str
    name: str
    path: str
    order: Order | None = None


async def seek(store: Store, account_ids: Sequence[str], sought: Sought) -> list[Hit]:
    """Return what there is, each thing once, in the order of the accounts; raises StoreUnavailable."""
    found = await asyncio.gather(*(_in_account(store, each, sought) for each in account_ids))
    by_path: dict[str, Hit] = {}
    for each in chain.from_iterable(found):
        by_path.setdefault(each.path, each)
    return list(by_path.values())


def number_path(account_id: str, number: str) -> str:
    """Return where a number is."""
    return f"{ROOT}/accounts/{account_id}/numbers/{number}"


async def _in_account(store: Store, account_id: str, sought: Sought) -> Iterable[Hit]:
    asked = []
    if sought.number:
        asked.append(_number(store, account_id, sought.number))
    if sought.id:
        asked.append(_id(store, account_id, sought.id))
    for name in sought.names:
        asked += [_of_bandwidth(store, account_id, name), _reference(store, account_id, name)]
        asked.append(_callbacks(store, account_id, name))
    return chain.from_iterable(await asyncio.gather(*asked))


async def _number(store: Store, account_id: str, number: str) -> list[Hit]:
    found = await searching.search(store, [account_id], Wanted(telephone_number=number), 1)
    hit = Hit("telephone number", account_id, number, number_path(account_id, number))
    return [hit] if found.orders else []


async def _id(store: Store, account_id: str, own: str) -> list[Hit]:
    """Look for one of our ids: an order, a purged one, a batch, an endpoint."""
    (order,), was, (batch,), some = await asyncio.gather(
        reading.get(store, account_id, [own]),
        purging.tombstone(store, account_id, own),
        batches.get(store, account_id, [own]),
        endpoints.get(store, account_id, [own]),
    )
    at = f"{ROOT}/accounts/{account_id}"
    hits = [_order("order id", order)] if order else []
    hits += [Hit("purged order", account_id, own, f"{at}/orders/{own}")] if was and not order else []
    hits += [Hit("batch", account_id, own, f"{at}/batches/{own}")] if batch else []
    return hits + [Hit("endpoint", account_id, own, f"{at}/endpoints/{own}") for _ in some]


async def _of_bandwidth(store: Store, account_id: str, name: str) -> list[Hit]:
    held = await naming.holder(store, account_id, bandwidth_id(name))
    orders = await reading.get(store, account_id, [held]) if held else []
    return [_order("Bandwidth's id", each) for each in orders if each]


async def _reference(store: Store, account_id: str, name: str) -> list[Hit]:
    found = await searching.search(store, [account_id], Wanted(reference=name), MOST)
    return [_order("reference", each) for each in found.orders]


async def _callbacks(store: Store, account_id: str, name: str) -> list[Hit]:
    """Look for callbacks of an order that nobody knows, by what they call it."""
    for key in (OrphanKey(bandwidth_order_id=bandwidth_id(name)), OrphanKey(reference=name)):
        if await orphans.kept(store, account_id, key):
            return [Hit("callbacks", account_id, name, f"{ROOT}/accounts/{account_id}/orphans")]
    return []


def _order(what: What, order: Order) -> Hit:
    path = f"{ROOT}/accounts/{order.account_id}/orders/{order.id}"
    return Hit(what, order.account_id, order.customer_order_id or order.id, path, order)
