"""Surveying: handing out many orders that one list may answer for, and taking what it told of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from service.identifiers import operation_id
from service.settlement import EARLY
from service.store import keys, record
from service.store.script import GATHER, SURVEYED
from service.survey import Group, Surveyed

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from service.store.server.connection import Store
    from service.survey import Verdict

#: orders that are worth a list
LEAST: Final = 8
#: orders of one group
MOST: Final = 400
#: orders that one script takes back: four calls each
_CHUNK: Final = 200


@dataclass(frozen=True, slots=True)
class Settled:
    """Of how many orders it was taken, which nobody has touched since; `paused`: the account was paused by the list."""

    taken: int
    paused: bool


async def gather(
    store: Store, account_id: str, ids: Sequence[str], soon_ms: Mapping[str, int], push_ms: int
) -> Group | None:
    """Return orders of one kind that are due for a check, for one taker for `push_ms`; None when they are few.

    `ids` were handed out by `take` already; `soon_ms` names the kinds that have lists, and how early a look may be.
    """
    asked = {"ids": ids, "soon": soon_ms, "least": LEAST, "most": MOST, "push_ms": push_ms, "early": EARLY}
    reply = await store.run(GATHER, account_id, keys.due(account_id, "check"), record.dumps(asked))
    if not reply:
        return None
    now, kind, *orders = reply
    return Group(account_id, kind, int(now), tuple(map(_surveyed, orders)))


async def settle(
    store: Store, group: Group, verdicts: Iterable[Verdict], account: dict[str, Any], push_ms: int
) -> Settled:
    """Take what a list told of orders of a group, and its answer's effect on the account."""
    told = [_told(each) for each in verdicts]
    operation, key = operation_id(), keys.due(group.account_id, "check")
    about = {"operation": operation, "at": group.at, "push_ms": push_ms, "asked": f"survey {group.kind}"}
    parts = [told[start : start + _CHUNK] for start in range(0, len(told), _CHUNK)] or [[]]
    effects = [account, *[{"effect": "none"}] * (len(parts) - 1)]
    calls = [
        (key, (record.dumps(about | {"account": effect, "orders": part}),))
        for effect, part in zip(effects, parts, strict=True)
    ]
    replies = await store.run_many(SURVEYED, group.account_id, calls)
    return Settled(sum(taken for _, taken in replies), any(paused for paused, _ in replies))


def _told(verdict: Verdict) -> dict[str, Any]:
    order = verdict.order
    told: dict[str, Any] = {
        "id": order.id,
        "fence": str(order.fence),
        "nudges": str(order.nudges),
        "looks": str(order.looks),
        "becomes": verdict.becomes,
        "look_ms": round(verdict.look_in * 1000),
        "sighted": verdict.sighted,
    }
    if order.modified_at is None and verdict.modified_at is not None:
        told["modified_at"] = verdict.modified_at
    return told


def _surveyed(flat: list[str]) -> Surveyed:
    order_id, early, bandwidth_order_id, status, modified, checked, received, pictured, sighted, *counters = flat
    looks, failures, nudges, fence = (int(each or 0) for each in counters)
    pictured_at = int(pictured)
    return Surveyed(
        id=order_id,
        bandwidth_order_id=bandwidth_order_id,
        status=status,
        modified_at=int(modified) if modified else None,
        looked_at=int(checked or received or pictured),
        pictured_at=pictured_at,
        seen_at=max(pictured_at, int(sighted or 0)),
        looks=looks,
        failures=failures,
        nudges=nudges,
        fence=fence,
        early=bool(early),
    )
