"""The service that is told of every order of a run, and whether it was told of all that happened."""

from __future__ import annotations

import asyncio
import random
import time
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from fault_client import Client
    from receiver import Receiver, Told

#: part of the attempts that a walk's receiver refuses
_REFUSED: Final = 0.2
#: seconds in which the last event must have arrived
TOLD_SECONDS: Final = 60.0


def all_are_told(attempts: Iterable[Told], order: Mapping[str, Any]) -> bool:
    """Every version has arrived but updates that a newer one has replaced; the first and the end always have."""
    arrived = {each.version: each for each in attempts}
    updates = [version for version, each in arrived.items() if each.type == "order.updated"]
    replaced = range(2, max(updates, default=1))
    return (
        {1, order["version"]} <= set(arrived)
        and arrived[1].type == "order.accepted"
        and arrived[order["version"]].type == "order.completed"
        and all(version in arrived or version in replaced for version in range(1, order["version"]))
    )


def are_sound(attempts: Iterable[Told]) -> bool:
    """Whatever was attempted again had the same id and the same body, and all of it was signed."""
    bodies: dict[str, bytes] = {}
    return all(
        each.verified
        and each.id == each.body["id"] == f"evt_{each.order_id}_{each.version}"
        and bodies.setdefault(each.id, each.raw) == each.raw
        for each in attempts
    )


async def listen(client: Client, receiver: Receiver, seed: int):
    """Have an endpoint made, and refuse some of what comes there."""
    dice = random.Random(f"receiver {seed}")
    answer = await client.http.post("/endpoints", json={"url": receiver.url})
    receiver.secrets.append(answer.raise_for_status().json()["secret"])
    receiver.answer = lambda _told: 503 if dice.random() < _REFUSED else 200


async def untold(receiver: Receiver, records: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """Return the orders of which not everything has arrived in the end, or not as it must, each with a sentence."""
    receiver.answer = lambda _told: 200
    left = {each["id"]: each for each in records}
    until = time.monotonic() + TOLD_SECONDS
    while True:
        attempts = _by_order(receiver)
        left = {order_id: each for order_id, each in left.items() if not all_are_told(attempts[order_id], each)}
        if not left or time.monotonic() > until:
            break
        await asyncio.sleep(0.5)
    wrong = {order_id: "told wrongly" for order_id, told in attempts.items() if not are_sound(told)}
    missed = {
        order_id: f"of {each['version']} versions only {sorted({told.version for told in attempts[order_id]})} came"
        for order_id, each in left.items()
    }
    return {**wrong, **missed}


def _by_order(receiver: Receiver) -> defaultdict[str, list[Told]]:
    found: defaultdict[str, list[Told]] = defaultdict(list)
    for each in list(receiver.told):
        if each.order_id:
            found[each.order_id].append(each)
    return found
