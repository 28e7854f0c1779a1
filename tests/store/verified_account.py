"""An account in the store alone, with an order of each sort, for tests of what `verify` finds in it."""

from __future__ import annotations

import contextlib
from types import SimpleNamespace

import rig
from store_steps import FIRST, KIND, SECOND

from service import decisions
from service.book import Book
from service.governor import NONE
from service.identifiers import new_id
from service.lifecycle import Source, State
from service.maintenance import Maintenance
from service.order import Found, NewOrder, Outcome, Outcomes
from service.report import CallbackNews, Report
from service.store import keys
from service.store.server.connecting import connect
from service.store.server.connection import Store

THIRD, FOREIGN, UNKNOWN = (f"{each}0000000-0000-4000-8000-000000000000" for each in "345")
GHOST = "018bcfe5-6800-7000-8000-000000000000"
SHARED, SECOND_SHARED = "2015550201", "2015550202"
PLACE = "500014"


class Account:
    """Its parts are the ids of its orders."""

    def __init__(self, url):
        self.store = Store(connect(url))
        self.client = self.store.client
        self.account = rig.new_account()
        settings = rig.settings_for(url, self.account)
        self.book = Book(self.store, SimpleNamespace(ring=lambda *_: None, announce=lambda *_: None), settings)
        self.maintenance = Maintenance(self.store, settings)

    def key(self, name):
        return keys.prefix(self.account) + name

    def record(self, order_id, part=""):
        return keys.order(self.account, order_id, part)

    async def accept(self, *numbers, **more):
        given = {"id": new_id(), "kind": KIND.name, "family": KIND.family, "subjects": numbers, **more}
        rest = {"customer_order_id": None, "request": {}, "secrets": "sealed", "metadata": {}, "client_id": "c"}
        new = NewOrder(account_id=self.account, telephone_numbers=numbers, **(rest | given))
        return (await self.book.accept(new)).order.id

    async def look(self, order_id, report, step="submit"):
        (claim,) = await self.book.claim(self.account, [order_id], step)
        return await self.book.report(claim, report, KIND, NONE)

    async def send(self, order_id, bandwidth_order_id=None):
        sent = Report(Source.SUBMIT, "sent", state=State.RECEIVED, bandwidth_order_id=bandwidth_order_id)
        await self.look(order_id, sent)

    async def complete(self, order_id):
        self.store.offset += 30_000
        outcomes = Outcomes(Outcome("complete"), {"2015550101": Outcome("failed", code="5001")})
        await self.look(order_id, Report(Source.CHECK, "checked", state=State.PARTIAL, outcomes=outcomes), "check")

    async def cancel(self, order_id):
        order = await self.book.get(self.account, order_id)
        await self.book.decide(order, decisions.cancel(order))

    async def step_aside(self, order_id):
        order = await self.book.get(self.account, order_id)
        await self.book.decide(order, decisions.step_aside(order))

    async def hear(self, bandwidth_order_id, status="PROCESSING"):
        parts = dict.fromkeys(CallbackNews.__dataclass_fields__) | {"account_id": self.account, "status": status}
        news = parts | {"key": f"{bandwidth_order_id} {status}", "bandwidth_order_id": bandwidth_order_id}
        await self.book.hear(CallbackNews(**(news | {"order_type": "TnOptions"})))

    async def fill(self):
        """Let every sort of order be there: ended, sent, held, changed, placed elsewhere, in other lines."""
        self.ended = await self.accept("2015550101", "2015550102", idempotency_key="first", fingerprint="f")
        await self.send(self.ended, FIRST)
        await self.hear(FIRST)
        self.sent = await self.accept(SHARED, SECOND_SHARED, customer_order_id="ours", idempotency_key="second")
        await self.send(self.sent, SECOND)
        await self.hear(SECOND)
        self.held = await self.accept(SHARED, "2015550203")
        self.last = await self.accept(SHARED, SECOND_SHARED)
        self.changed = await self.accept("2015550301")
        await self.send(self.changed, THIRD)
        self.change = await self.accept("2015550301", amends=self.changed)
        self.placed = await self.accept(subjects=(PLACE,), family="location", kind="location-failover")
        self.placed_later = await self.accept(subjects=(PLACE,), family="location", kind="location-failover")
        await self.cancel(await self.accept(SHARED))
        self.aside = await self.accept("2015550971")
        await self.send(self.aside)
        self.gone_past = await self.accept("2015550971")
        await self.step_aside(self.aside)
        self.went_last = await self.accept("2015550972")
        await self.accept("2015550972")
        await self.step_aside(self.went_last)
        await self.hear(FOREIGN)
        found = Found(FOREIGN, "theirs", "PROCESSING", ("2015550401",), {})
        self.foreign = (await self.book.adopt(self.account, found, KIND, NONE)).order_id
        self.behind_foreign = await self.accept("2015550401")
        await self.hear(UNKNOWN)
        await self.complete(self.ended)
        return self

    async def verify(self):
        return await self.maintenance.verify(self.account)

    async def dump(self):
        """Every key of the account and what it holds, to tell that a look changes nothing."""
        found = sorted([key async for key in self.client.scan_iter(f"{keys.prefix(self.account)}*", count=1000)])
        asked = self.client.pipeline(transaction=False)
        for key in found:
            asked.type(key)
        read = {
            "hash": asked.hgetall,
            "string": asked.get,
            "set": asked.smembers,
            "zset": lambda each: asked.zrange(each, 0, -1, withscores=True),
            "list": lambda each: asked.lrange(each, 0, -1),
            "stream": asked.xrange,
        }
        for key, kind in zip(found, await asked.execute(), strict=True):
            read[kind](key)
        return dict(zip(found, await asked.execute(), strict=True))


@contextlib.asynccontextmanager
async def account(url):
    made = Account(url)
    yield made
    await made.store.close()
