"""Everything that one sandbox holds."""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from service.local.sandbox.announcer import Announcer
from service.local.sandbox.callbacks import Callbacks
from service.local.sandbox.credentials import Credentials
from service.local.sandbox.faults import Faults
from service.local.sandbox.inventory import Inventory
from service.local.sandbox.journal import Journal
from service.local.sandbox.order import Birth
from service.local.sandbox.orders import OrderBook
from service.local.sandbox.posts import PostBook
from service.local.sandbox.puts import PutBook
from service.local.sandbox.resources.attempt import Attempt
from service.local.sandbox.subscriptions import SubscriptionBook
from service.local.sandbox.xml import parse

if TYPE_CHECKING:
    from collections.abc import Mapping

    from service.local.sandbox.clock import Clock
    from service.local.sandbox.options import Options
    from service.local.sandbox.resources.kind import OrderKind


@dataclass(frozen=True)
class State:
    """One sandbox's parts."""

    options: Options
    clock: Clock
    kinds: Mapping[str, OrderKind]
    journal: Journal
    credentials: Credentials
    faults: Faults
    posts: PostBook
    puts: PutBook
    orders: OrderBook
    inventory: Inventory
    subscriptions: SubscriptionBook
    callbacks: Callbacks
    announcer: Announcer

    @classmethod
    def open(cls, options: Options, clock: Clock, kinds: Mapping[str, OrderKind]) -> State:
        """Build a sandbox, with what the data directory remembers."""
        journal, faults = Journal(options.data_dir), Faults(options.seed)
        subscriptions = SubscriptionBook(journal, clock)
        callbacks = Callbacks(subscriptions, faults, clock, options.callback_timeout)
        orders = OrderBook(journal)
        state = cls(
            options=options,
            clock=clock,
            kinds=kinds,
            journal=journal,
            credentials=Credentials(options, clock),
            faults=faults,
            posts=PostBook(journal),
            puts=PutBook(journal),
            orders=orders,
            inventory=Inventory.open(journal, orders, options),
            subscriptions=subscriptions,
            callbacks=callbacks,
            announcer=Announcer(subscriptions, callbacks, faults, clock),
        )
        state._replay()
        return state

    def _replay(self) -> None:
        """Read the orders again; what was accepted once stays so under stricter options."""
        rows = self.journal.read(
            "SELECT order_id, account_id, kind, digest, created_at, created_by, pace FROM orders ORDER BY rowid"
        )
        generous = replace(self.options, max_numbers=sys.maxsize, route_plans_enabled=True)
        for order_id, account_id, kind, digest, created_at, created_by, pace in rows:
            post = self.posts.get((account_id, kind, digest))
            at = datetime.fromisoformat(created_at)
            holder = partial(self.orders.in_process, account_id, kind, at)
            draft = self.kinds[kind].read(Attempt(parse(post.body), account_id, created_by, at, generous, holder))
            order = self.orders.place(Birth(order_id, at, created_by, pace), post, draft)
            for put in self.puts.of(account_id, order_id):
                if put.taken_at is not None:
                    order = self.orders.change(order, put.body, put.taken_at)

    def resume(self) -> None:
        """Follow the orders that were open when the process ended; needs the event loop."""
        now = self.clock()
        for order in self.orders.all():
            if order.is_open_at(now):
                self.announcer.resumed(order, self.kinds[order.kind])

    async def close(self) -> None:
        """Stop the announcements and close the files."""
        await self.announcer.close()
        await self.callbacks.close()
        self.journal.close()
