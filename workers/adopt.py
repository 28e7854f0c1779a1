"""The RQ job that adopts orders placed elsewhere on an account: dotted path `workers.adopt.adopt`."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

import structlog

from service import logs
from service.asking import Useless
from service.errors import StoreUnavailable
from service.governor import NONE, Effect, effect_of, together
from service.kinds import shelf
from service.order import Waiting
from service.settlement import DOUBLED
from service.store import adopting
from service.tracing.spans import span
from workers import pause
from workers.process import WorkerProcess

if TYPE_CHECKING:
    from collections.abc import Sequence

    from service.exchange import Exchange, Given, Holders, Recall, Reply
    from service.order import Found
    from service.store.adopting import Adopted, Adoption
    from service.wiring import Desk

#: the shelf has no such kind, or none that is adopted: a newer version has put it there
_NO_KIND: Final = Useless("The kind of this order is not known here.", Waiting("unknown_kind"))
_NOT_READ: Final = Useless("Reading this order failed.", Waiting("not_read"))

log = structlog.get_logger()


def adopt(account_id: str, members: list[str]) -> None:
    """Adopt some orders of an account."""
    WorkerProcess.current().beside(account_id, lambda desk: adopt_all(desk, account_id, members))


async def adopt_all(desk: Desk, account_id: str, members: Sequence[str]) -> None:
    """Fetch and adopt orders, some at once; what the store fails to do waits for the clock, which rings again."""
    slots = asyncio.Semaphore(adopting.AT_ONCE)

    async def one(member: str) -> None:
        adoption = adopting.Adoption.named(member)
        async with slots:
            with span(f"adopt {adoption.kind}", "consumer", said={"order_tracker.account": account_id}):
                await _adopt(desk, account_id, adoption)

    await asyncio.gather(*map(one, members))


async def _adopt(desk: Desk, account_id: str, adoption: Adoption) -> None:
    told = {"account": account_id, "kind": adoption.kind, "bandwidth_order": adoption.bandwidth_order_id}
    found, effect = await _fetch(desk, account_id, adoption)
    try:
        if isinstance(found, Useless):
            done = await desk.book.postpone(account_id, adoption, effect)
            log.info("order.not_adopted", **told, why=logs.masked(found.detail), again=done.again)
            if done.paused:
                pause.tell(account_id, effect)
        else:
            _tell(await desk.book.adopt(account_id, found, shelf()[adoption.kind], effect), told)
    except StoreUnavailable as error:
        log.warning("order.not_adopted", **told, error=error.detail, next="the clock rings again")


def _tell(adopted: Adopted, told: dict[str, str]) -> None:
    """Write what became of it; what a person must see stands out by its level."""
    if adopted.verdict == "doubled":
        log.error("order.doubled", **told, order=adopted.order_id, why=DOUBLED.why, do=DOUBLED.do)
    else:
        log.info("order.fetched", **told, outcome=adopted.verdict, order=adopted.order_id, lined=adopted.lined)


async def _fetch(desk: Desk, account_id: str, adoption: Adoption) -> tuple[Found | Useless, Effect]:
    """Lead the kind's conversation; the effect is that of its answers."""
    effects: list[Effect] = []

    def heard(exchange: Exchange, reply: Reply) -> None:
        effects.append(effect_of(exchange, reply))

    kind = shelf().get(adoption.kind)
    if kind is None or kind.adopt is None:
        return _NO_KIND, NONE
    try:
        talk = kind.adopt(account_id, adoption.bandwidth_order_id)
        found = await desk.connection.drive(talk, desk.turns.guard(account_id, "check"), _no_answer, heard)
    except Exception:
        log.exception("order.adoption_failed", account=account_id, bandwidth_order=adoption.bandwidth_order_id)
        found = _NOT_READ
    return found, together(effects)


async def _no_answer(_question: Holders | Recall) -> Given:
    """Answer what a conversation asks of the book: there is no order yet to ask about."""
    return None
