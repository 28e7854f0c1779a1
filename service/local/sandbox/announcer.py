"""Announces an order's states when their time has come."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from service.local.sandbox.callbacks import Announcement
from service.local.sandbox.notification import notification

if TYPE_CHECKING:
    from collections.abc import Sequence

    from service.local.sandbox.callbacks import Callbacks
    from service.local.sandbox.clock import Clock
    from service.local.sandbox.faults import Faults
    from service.local.sandbox.order import Order
    from service.local.sandbox.processing import Milestone
    from service.local.sandbox.resources.kind import OrderKind
    from service.local.sandbox.subscriptions import Subscription, SubscriptionBook


class Announcer:
    """Runs one task per open order. What was due while the process was down is lost, as at Bandwidth."""

    def __init__(self, subscriptions: SubscriptionBook, callbacks: Callbacks, faults: Faults, clock: Clock) -> None:
        self._subscriptions = subscriptions
        self._callbacks = callbacks
        self._faults = faults
        self._clock = clock
        self._tasks: set[asyncio.Task[None]] = set()

    async def accepted(self, order: Order, kind: OrderKind) -> None:
        """Follow a new order; under `early_callbacks` its first state is announced before this returns."""
        due = [milestone for milestone in order.milestones if milestone.status in kind.announced]
        if due and self._hearers(order, kind) and self._faults.acts("early_callbacks"):
            await self._announce(order, kind, due.pop(0))
        self._follow(order, kind, due)

    def changed(self, before: Order, after: Order, kind: OrderKind) -> None:
        """Follow what a PUT has added to an order's time."""
        added = [milestone for milestone in after.milestones if milestone not in before.milestones]
        self._follow(after, kind, [milestone for milestone in added if milestone.status in kind.announced])

    def resumed(self, order: Order, kind: OrderKind) -> None:
        """Follow an order from before a restart."""
        now = self._clock()
        later = [milestone for milestone in order.milestones if milestone.at > now]
        self._follow(order, kind, [milestone for milestone in later if milestone.status in kind.announced])

    async def close(self) -> None:
        """Stop following."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _follow(self, order: Order, kind: OrderKind, due: Sequence[Milestone]) -> None:
        if due:
            task = asyncio.create_task(self._run(order, kind, due))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _run(self, order: Order, kind: OrderKind, due: Sequence[Milestone]) -> None:
        held: list[Milestone] = []
        for milestone in due:
            await asyncio.sleep(max(0.0, (milestone.at - self._clock()).total_seconds()))
            may_hold = milestone is not due[-1] and not held and self._hearers(order, kind)
            if may_hold and self._faults.acts("reorder_callbacks"):
                held.append(milestone)
                continue
            for news in (milestone, *held):
                await self._announce(order, kind, news)
            held.clear()

    async def _announce(self, order: Order, kind: OrderKind, milestone: Milestone) -> None:
        news = Announcement(order.order_id, milestone.status)
        message = kind.note(milestone.status)
        deliveries = [
            self._callbacks.deliver(
                hearer,
                news,
                notification(order, milestone, kind.order_type, hearer.subscription_id, message),
            )
            for hearer in self._hearers(order, kind)
        ]
        await asyncio.gather(*deliveries)

    def _hearers(self, order: Order, kind: OrderKind) -> list[Subscription]:
        live = self._subscriptions.of_account(order.account_id)
        return [held for held in live if held.wants(kind.subscription_types, order.order_id)]
