"""Replaying: what an orphan keeps is heard again, by scripts that apply a bounded number of callbacks each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, TypeAlias, cast

from service.lifecycle import Step
from service.store import keys, orphans
from service.store.script import REPLAY

if TYPE_CHECKING:
    from collections.abc import Iterable

    from service.store.orphans import Kept, OrphanKey
    from service.store.server.connection import Store

#: callbacks that one script applies
CHUNK: Final = 40
#: what became of a callback; `late`: its order has ended, `duplicate`: its order knew it, `kept`: no order is known
Heard: TypeAlias = Literal["new", "late", "duplicate", "kept"]


@dataclass(frozen=True, slots=True)
class Replayed:
    """What became of an orphan; `applied`: its order is known, and the orphan is gone. `kept`: it is not known yet."""

    key: OrphanKey
    outcome: Literal["applied", "kept"]
    order_id: str | None
    #: each callback, oldest first, and what became of it
    callbacks: tuple[tuple[Kept, Heard], ...]
    #: orders that are due at once by it, and the step of each
    due: tuple[tuple[Step, str], ...]
    #: its order is fetched at once, as one that was placed elsewhere
    adopting: bool


async def replay(store: Store, account_id: str, key: OrphanKey) -> Replayed | None:
    """Hear an orphan's callbacks as if they came now; None when there are none.

    Where its order is known by Bandwidth's id, they are applied and the orphan goes. Where not, its order is due to be
    adopted now, and orders of its reference that may be it are looked at now. Nothing here ends an order.
    """
    known = await orphans.kept(store, account_id, key)
    adoption = orphans.adoption_of(key, known.values())
    callbacks: list[tuple[Kept, Heard]] = []
    due: set[tuple[Step, str]] = set()
    outcome, order_id, left = "gone", "", 1
    while left:
        reply = await store.run(
            REPLAY,
            account_id,
            f"{keys.prefix(account_id)}{key.name}",
            key.name,
            key.bandwidth_order_id or "",
            str(adoption or ""),
            CHUNK,
        )
        if reply[0] == "gone":
            break
        outcome, order_id, left, packed, *flat = reply
        due |= set(_steps(packed.split()))
        heard = zip(flat[::2], flat[1::2], strict=True)
        callbacks += [(known[each], cast("Heard", became)) for each, became in heard if each in known]
    if outcome == "gone":
        return None
    adopting = outcome == "kept" and adoption is not None
    said: Literal["applied", "kept"] = "kept" if outcome == "kept" else "applied"
    return Replayed(key, said, order_id or None, tuple(callbacks), tuple(due), adopting)


def _steps(packed: Iterable[str]) -> Iterable[tuple[Step, str]]:
    for each in packed:
        step, _, order_id = each.partition("/")
        yield cast("Step", step), order_id
