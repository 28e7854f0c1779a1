"""A survey: one list of Bandwidth's for many orders of one kind that are due for a look, in one slot of a round.

Orders that the list proves unmoved have had their look. Those that have moved are read whole from a second list, where
Bandwidth has one and they are many, and else are due at once, each by itself. A list that fails changes no order.
"""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import structlog

from service import logs
from service.asking import Useless
from service.errors import StoreUnavailable
from service.exchange import NotSent
from service.governor import NONE, Effect, effect_of, together
from service.identifiers import bandwidth_id
from service.kinds import shelf
from service.order import Waiting
from service.settlement import rung
from service.survey import Survey, Verdict, days_to_ask_for, is_unmoved
from service.surveys import Surveys
from service.tracing.spans import span
from workers import pause

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from service.exchange import Conversation, Exchange, Given, Holders, Recall, Reply
    from service.kind import Ask, Kind
    from service.order import Order
    from service.report import Claim
    from service.survey import Group, Sighting, Surveyed
    from workers.errand import Errands

#: orders that have moved which are worth a list of whole orders
WORTH_WHOLE: Final = 16
#: orders that are claimed at once when a list has told them whole: far fewer than a lease has time for
AT_ONCE: Final = 50

_NOT_READ: Final = Useless("Reading the list failed.", Waiting("not_read"))
_TOO_SLOW: Final = Useless("The list did not come within a lease.", Waiting("too_slow"))

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Answered:
    """What a list told, its effect on the account, and whether it was asked at all: the account's turn may be far."""

    survey: Survey | Useless
    effect: Effect = NONE
    is_withheld: bool = False


@dataclass(frozen=True, slots=True)
class Surveyor:
    """Leads surveys; `run` takes what `surveys.gather` has handed out."""

    errands: Errands
    surveys: Surveys

    @classmethod
    def of(cls, errands: Errands) -> Surveyor:
        """Return one over a process's desk."""
        return cls(errands, Surveys(errands.desk.store, errands.desk.settings))

    async def run(self, group: Group) -> None:
        """Ask, and settle every order; whatever goes wrong here, the orders are due again once a lease has passed."""
        with span(f"survey {group.kind}", "consumer", said={"order_tracker.account": group.account_id}):
            await self._run(group)

    async def _run(self, group: Group) -> None:
        began = time.monotonic()
        told = {"account": group.account_id, "kind": group.kind, "orders": len(group.orders)}
        try:
            found = await self._survey(group, shelf()[group.kind])
        except StoreUnavailable as error:
            log.warning("orders.not_surveyed", **told, why=error.detail, next="the clock rings again")
        except Exception:
            log.exception("orders.survey_failed", **told)
        else:
            log.info("orders.surveyed", **told, **found, seconds=round(time.monotonic() - began, 3))

    async def _survey(self, group: Group, kind: Kind) -> dict[str, int | str]:
        assert kind.survey is not None  # noqa: S101  (only kinds that have it are gathered)
        answered = await self._ask(group, kind.survey, group.orders)
        if answered.is_withheld:
            return {"withheld": len(group.orders)}
        survey = answered.survey
        if isinstance(survey, Useless):
            verdicts = [Verdict(each, "later" if each.early else "alone") for each in group.orders]
            await self._settle(group, verdicts, answered.effect)
            return {"alone": sum(not each.early for each in group.orders), "why": logs.masked(survey.detail)}
        moved = [each for each in group.orders if not is_unmoved(each, survey, group.at)]
        unmoved = self._unmoved(group, kind, survey, moved)
        await self._settle(group, unmoved, answered.effect)
        pictures = await self._tell(group, kind, moved)
        return {"unmoved": len(unmoved), "told": len(pictures), "alone": len(moved) - len(pictures)}

    def _unmoved(self, group: Group, kind: Kind, survey: Survey, moved: Sequence[Surveyed]) -> list[Verdict]:
        apart, factor = {each.id for each in moved}, self.errands.desk.settings.look_factor
        verdicts = []
        for each in group.orders:
            if each.id not in apart:
                sighting = survey.orders.get(bandwidth_id(each.bandwidth_order_id))
                look_in = rung(kind, each.looks + each.failures, factor)
                modified_at = sighting.modified_at if sighting else None
                verdicts.append(Verdict(each, "unmoved", look_in, sighting is not None, modified_at))
        return verdicts

    async def _tell(self, group: Group, kind: Kind, moved: Sequence[Surveyed]) -> Mapping[str, Sighting]:
        """Report those that moved and that a list tells whole; bring the looks of the others to now."""
        answered = Answered(Survey())
        if kind.tell and len(moved) >= WORTH_WHOLE:
            answered = await self._ask(group, kind.tell, moved)
        pictures = {} if isinstance(answered.survey, Useless) else answered.survey.orders
        told = [each for each in moved if bandwidth_id(each.bandwidth_order_id) in pictures]
        apart = {each.id for each in told}
        verdicts = [Verdict(each, "told" if each.id in apart else "alone") for each in moved]
        if verdicts:
            await self._settle(group, verdicts, answered.effect)
        for start in range(0, len(told), AT_ONCE):
            await self._report(group, told[start : start + AT_ONCE], pictures)
        return pictures

    async def _report(self, group: Group, told: Sequence[Surveyed], pictures: Mapping[str, Sighting]) -> None:
        orders = {each.id: each for each in told}
        claims = await self.errands.desk.book.claim(group.account_id, [*orders], "check", asks=False)

        def look_of(claim: Claim) -> Callable[[Order], Conversation] | None:
            order = orders[claim.order.id]
            # whoever looked, or told us to look, after the list was written knows better than the list
            is_as_it_was = (claim.fence, claim.nudges) == (order.fence + 1, order.nudges)
            return pictures[bandwidth_id(order.bandwidth_order_id)].look if is_as_it_was else None

        await asyncio.gather(*(self.errands.run(each, look_of(each)) for each in claims))

    async def _settle(self, group: Group, verdicts: Sequence[Verdict], effect: Effect) -> None:
        done = await self.surveys.settle(group, verdicts, effect)
        if done.paused:
            pause.tell(group.account_id, effect)

    async def _ask(self, group: Group, ask: Ask, orders: Sequence[Surveyed]) -> Answered:
        """Lead a conversation about many orders, while they are handed out to us."""
        desk, account_id = self.errands.desk, group.account_id
        effects: list[Effect] = []
        withheld = False

        def heard(exchange: Exchange, reply: Reply) -> None:
            nonlocal withheld
            withheld = withheld or (isinstance(reply, NotSent) and reply.withheld)
            effects.append(effect_of(exchange, reply))

        ids = frozenset(bandwidth_id(each.bandwidth_order_id) for each in orders)
        try:
            talk = ask(account_id, days_to_ask_for(orders, group.at), ids)
            async with asyncio.timeout(desk.settings.lease_seconds):
                survey = await desk.connection.drive(talk, desk.turns.guard(account_id, "check"), _no_answer, heard)
        except TimeoutError:
            survey = _TOO_SLOW
        except Exception:
            log.exception("orders.survey_failed", account=account_id, kind=group.kind)
            survey = _NOT_READ
        return Answered(survey, together(effects), withheld and isinstance(survey, Useless))


async def _no_answer(_question: Holders | Recall) -> Given:
    """Answer what a conversation asks of the book: it is about no order of its own."""
    return None
