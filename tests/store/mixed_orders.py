"""An account with orders of every sort, grown and moved at random by the store's own steps."""

from __future__ import annotations

import uuid

from store_steps import KIND
from verified_account import Account

from service import decisions
from service.governor import NONE
from service.identifiers import id_bound
from service.lifecycle import STEP_OF, Source, State
from service.order import Attention, Found, Outcome, Outcomes, Remark
from service.report import Report
from service.store import keys, reading

KINDS = ("tn-options", "lidb", "dlda")
NUMBERS = tuple(f"20155506{at:02d}" for at in range(6))
REFERENCES = (None, None, "ours", "ours too", " ours")
CODES = ("5001", "5002")


class Mixed(Account):
    def __init__(self, url, rng, monkeypatch):
        super().__init__(url)
        self.rng = rng
        self.monkeypatch = monkeypatch

    def mint(self):
        """An id of now by the store's clock, which the test moves, or of a while before: a batch's ids are older."""
        at = self.now + self.rng.choice((0, 0, 40_000, -40 * 60_000))
        tail = f"{self.rng.getrandbits(76):019x}"
        return f"{id_bound(at)}-7{tail[:3]}-8{tail[3:6]}-{tail[6:18]}"

    async def grow(self, count):
        for _ in range(count):
            self.store.offset += self.rng.randrange(60_000)
            seconds, micro = await self.client.time()
            self.now = seconds * 1000 + micro // 1000 + self.store.offset
            await (self._adopt() if self.rng.random() < 0.2 else self._accept())

    async def _accept(self):
        numbers = self.rng.sample(NUMBERS, self.rng.randrange(1, 3))
        kind, reference = self.rng.choice(KINDS), self.rng.choice(REFERENCES)
        await self.accept(*numbers, id=self.mint(), kind=kind, family=kind, customer_order_id=reference)

    async def _adopt(self):
        reference = self.rng.choice((None, "theirs", "ours"))
        found = Found(str(uuid.UUID(int=self.rng.getrandbits(128))), reference, "PROCESSING", (NUMBERS[0],), {})
        self.monkeypatch.setattr("service.store.adopting.new_id", self.mint)
        await self.book.adopt(self.account, found, KIND, NONE)

    async def all(self):
        ids = await self.client.zrange(keys.index(self.account), 0, -1)
        return [each for each in await reading.get(self.store, self.account, ids) if each]

    async def move(self, count):
        """Let some orders have a look that brings something, or be withdrawn."""
        for order in self.rng.choices(await self.all(), k=count):
            self.store.offset += 30_000
            if order.state in (State.HELD, State.NEEDS_ATTENTION) and self.rng.random() < 0.3:
                await self._withdraw(order)
            elif order.state in STEP_OF:
                for claim in await self.book.claim(self.account, [order.id], STEP_OF[order.state]):
                    await self.book.report(claim, self._news(claim), KIND, NONE)

    async def _withdraw(self, order):
        fresh = await self.book.get(self.account, order.id)
        if fresh.state in (State.HELD, State.NEEDS_ATTENTION) and not fresh.bandwidth_order_id:
            await self.book.decide(fresh, decisions.cancel(fresh))

    def _news(self, claim):
        errors = tuple(Remark("said", each) for each in self.rng.sample(CODES, self.rng.randrange(3)))
        if claim.order.state == State.SUBMITTING:
            state = self.rng.choice((State.RECEIVED, State.RECEIVED, State.REJECTED, State.NEEDS_ATTENTION))
            made = {"source": Source.SUBMIT, "event": "sent", "state": state, "errors": errors}
            if state == State.RECEIVED:
                made["bandwidth_order_id"] = str(uuid.UUID(int=self.rng.getrandbits(128)))
        else:
            state = self.rng.choice((State.PROCESSING, State.COMPLETE, State.PARTIAL, State.NEEDS_ATTENTION))
            made = {"source": Source.CHECK, "event": "checked", "state": state, "errors": errors}
            if state in (State.COMPLETE, State.PARTIAL):
                made["outcomes"] = Outcomes(Outcome("complete"))
        if state == State.NEEDS_ATTENTION:
            made["attention"] = Attention("maybe_sent", "Look.")
        return Report(**made)
