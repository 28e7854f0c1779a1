"""Our subscriptions at Bandwidth: one for every order type that a kind on the shelf needs, kept whole by themselves.

What is missing is created. What is ours and wrong is written anew in full: a GET shows neither the password nor the
whole life, so nothing is ever written from what was read. Nothing is deleted, and what is not ours is never changed.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import structlog

from service.bandwidth import subscriptions
from service.callback_address import CallbackAddress
from service.errors import BandwidthRefused
from service.kinds import shelf
from service.store.subscribed import Subscribed, Whole
from service.subscription_health import Need, examine

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from service.bandwidth.connection import Connection
    from service.settings import Settings
    from service.store.subscribed import Memory
    from service.subscription_health import Health, Problem, Standing
    from service.turns import Turns

#: what a person can do about a problem that stays
_DO: Final[Mapping[Problem, str]] = {
    "failing": "make sure that Bandwidth reaches TRACKER_CALLBACK_BASE_URL (a valid certificate, no redirect); "
    "it shows this until a callback has arrived",
}
_DO_OTHERWISE: Final = "see what Bandwidth says: order-tracker subscriptions ensure"
#: what is wrong with all of them while Bandwidth refuses to show them
_REFUSED: Final = "refused"

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Healing:
    """How an account's subscriptions are now, and the first refusal that was met on the way."""

    health: Health
    refusal: BandwidthRefused | None


class Subscriptions:
    """Looks at the subscriptions of accounts, and puts them right."""

    def __init__(self, settings: Settings, connection: Connection, turns: Turns, memory: Memory) -> None:
        self._address = CallbackAddress(settings)
        self._connection = connection
        self._turns = turns
        self._memory = memory

    async def look(self, account_id: str) -> Health:
        """Return the account's subscriptions and what is wrong with them.

        Raises BandwidthRefused, BandwidthUnavailable, or StoreUnavailable.
        """
        return await self._examined(account_id, await self._memory.read(account_id))

    async def heal(self, account_id: str) -> Healing:
        """Put right what is wrong, type by type; safe to repeat, and to do twice at once. Raises as `look` does.

        One type that Bandwidth refuses does not keep the others from being put right. What stays wrong is told by an
        event, once until it is whole again.
        """
        try:
            return await self._heal(account_id)
        except BandwidthRefused:
            # nothing is known of them then, and nothing is put right
            await self._memory.tell(account_id, [_whole(each, (_REFUSED,)) for each in needs()])
            raise

    async def _heal(self, account_id: str) -> Healing:
        remembered = await self._memory.read(account_id)
        health = await self._examined(account_id, remembered)
        refusals: dict[str, BandwidthRefused] = {}
        changed = False
        for standing in health.standings:
            order_type = standing.need.order_type
            try:
                changed |= await self._put_right(account_id, standing, remembered.get(order_type))
            except BandwidthRefused as refusal:
                refusals[order_type] = refusal
        health = await self.look(account_id) if changed else health
        for standing in health.broken:
            _tell(account_id, standing, refusals.get(standing.need.order_type))
        await self._memory.tell(account_id, [_whole(each.need, each.problems) for each in health.standings])
        return Healing(health, next(iter(refusals.values()), None))

    async def _examined(self, account_id: str, remembered: Mapping[str, Subscribed]) -> Health:
        receiver, now = self._address.receiver(account_id), _now()
        with self._address.kept_secret():
            found = await subscriptions.listed(self._connection, account_id, self._turns.guard(account_id))
        return examine(found, needs(), receiver, remembered, self._address.fingerprint(), now)

    async def _put_right(self, account_id: str, standing: Standing, known: Subscribed | None) -> bool:
        """Write one subscription if that is due; tell whether it was."""
        kept, order_type = standing.kept, standing.need.order_type
        if not standing.is_due(known, _now()):
            if kept and (known is None or known.id != kept.subscription.id):
                await self._memory.write(account_id, order_type, Subscribed(kept.subscription.id))
            return False
        with self._address.kept_secret():
            written = await self._write(account_id, standing)
        await self._memory.write(account_id, order_type, written)
        told = {"account": account_id, "order_type": order_type, "subscription": written.id}
        log.info("subscription.healed", **told, problems=list(standing.problems))
        return True

    async def _write(self, account_id: str, standing: Standing) -> Subscribed:
        receiver = self._address.receiver(account_id)
        ours = Subscribed("", _now(), credentials=self._address.fingerprint())
        old = standing.kept.subscription if standing.kept else None
        connection, guard = self._connection, self._turns.guard(account_id)
        if old and await subscriptions.replace(connection, account_id, old.id, old.order_type, receiver, guard):
            return replace(ours, id=old.id, status=old.status)
        try:
            made = await subscriptions.create(connection, account_id, standing.need.spellings, receiver, guard)
        except BandwidthRefused as refusal:
            twin = await self._twin(account_id, standing.need) if refusal.code == subscriptions.DUPLICATE else None
            if twin is None or (old and twin.id == old.id):
                raise
            return twin
        return replace(ours, id=made)

    async def _twin(self, account_id: str, need: Need) -> Subscribed | None:
        """Return the subscription that another process has created meanwhile."""
        standings = (await self.look(account_id)).standings
        found = (each.kept.subscription.id for each in standings if each.need == need and each.kept)
        return next(map(Subscribed, found), None)


def needs() -> list[Need]:
    """Return the order types of the shelf, each with the kinds that it tells of."""
    kinds = shelf().values()
    names = dict.fromkeys(kind.subscription_names for kind in kinds if kind.subscription_names)
    return [Need(each, tuple(kind.name for kind in kinds if kind.subscription_names == each)) for each in names]


def _whole(need: Need, problems: Sequence[str]) -> Whole:
    return Whole(need.order_type, need.kinds, tuple(problems))


def _now() -> int:
    return round(time.time() * 1000)


def _tell(account_id: str, standing: Standing, refusal: BandwidthRefused | None) -> None:
    log.error(
        "subscription.unhealthy",
        account=account_id,
        order_type=standing.need.order_type,
        subscription=standing.kept.subscription.id if standing.kept else None,
        problems=list(standing.problems),
        error=refusal.detail if refusal else None,
        do=next((_DO[each] for each in standing.problems if each in _DO), _DO_OTHERWISE),
    )
