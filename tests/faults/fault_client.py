"""An internal service that orders: it knows what was acknowledged to it, and repeats what was not answered."""

from __future__ import annotations

import asyncio
import contextlib
import time
import uuid
from collections import Counter
from typing import TYPE_CHECKING, Any, Final

import fault_xml
import httpx
from fault_orders import AMENDABLE, AWAITS_CHANGE, Orders, Placed

from service.lifecycle import TERMINAL

if TYPE_CHECKING:
    import random

    from fault_run import FaultRun

#: seconds for which an order without an answer is repeated
REPEAT_SECONDS: Final = 60.0
#: orders under way at once; beyond them the walk orders nothing more
MOST_UNDER_WAY: Final = 40
_KEYLESS, _REPEATED, _CANCELLED = 0.2, 0.1, 0.08
#: part of the orders of kinds that Bandwidth's clients know which are placed as those do
_AS_XML: Final = 0.3
_PAUSE: Final = 0.2
_TRIES: Final = 20


class Client:
    """Places orders, and reads them."""

    def __init__(self, run: FaultRun, dice: random.Random, api: str = ""):
        self._dice = dice
        self.orders = Orders(dice)
        self.placed: list[Placed] = []
        self.said: Counter[str] = Counter()
        headers = {"Authorization": f"Bearer {run.credentials.api_token}"}
        #: where the account is for clients of Bandwidth's
        self._front = (api or run.api).replace("/v1/accounts/", "/api/v1/accounts/")
        self.http = httpx.AsyncClient(base_url=api or run.api, headers=headers, timeout=4, trust_env=False)
        self.sandbox = httpx.AsyncClient(base_url=run.sandbox, timeout=10, trust_env=False)

    async def close(self):
        await self.http.aclose()
        await self.sandbox.aclose()

    async def load(self, per_second: float, stop: asyncio.Event):
        """Order at a steady pace until told to stop; then wait for the answers."""
        async with asyncio.TaskGroup() as tasks:
            under_way: set[asyncio.Task[None]] = set()
            while not stop.is_set():
                if len(under_way) < MOST_UNDER_WAY:
                    task = tasks.create_task(self._one())
                    under_way.add(task)
                    task.add_done_callback(under_way.discard)
                await asyncio.sleep(1 / per_second)

    async def amendments(self, stop: asyncio.Event):
        """Order what waits for a change at Bandwidth, change it, and wait for its end; one after the other."""
        while not stop.is_set():
            target = await self.submit(AMENDABLE, self.orders.body(AMENDABLE, AWAITS_CHANGE), keyed=True)
            if target.id is None:
                continue
            await self._until(target.id, {"received"})
            amendment = await self._amend(target.id)
            while amendment.id is None and not amendment.refusal:
                amendment = await self._amend(target.id)
            await self._until(target.id, TERMINAL)

    async def _amend(self, target: str) -> Placed:
        return await self.submit(AMENDABLE, self.orders.body(AMENDABLE, AWAITS_CHANGE), keyed=True, amends=target)

    async def submit(self, kind: str, body: dict[str, Any], *, keyed: bool, amends: str | None = None) -> Placed:
        """Order until there is an answer; without an Idempotency-Key only once."""
        key = str(uuid.UUID(int=self._dice.getrandbits(128))) if keyed else None
        order = Placed(kind, body, key, time.monotonic(), amends=amends)
        self.placed.append(order)
        return await self.place(order)

    async def submit_as_xml(self, kind: str, body: dict[str, Any]) -> Placed:
        """Order as a client of Bandwidth's: in its XML, under its path, the same again until there is an answer."""
        reference = f"walk {self._dice.getrandbits(64):016x}"
        order = Placed(kind, body, reference, time.monotonic(), reference=reference)
        self.placed.append(order)
        return await self.place(order)

    async def place(self, order: Placed) -> Placed:
        """Send an order until there is an answer, as `submit` does."""
        until = order.sent_at + REPEAT_SECONDS
        while time.monotonic() < until and not order.refusal:
            if await self._try(order) or not order.key:
                return order
            await asyncio.sleep(_PAUSE)
        return order

    async def get(self, order_id: str) -> dict[str, Any] | None:
        """Return an order, or None when the API has none; raises httpx.HTTPError."""
        answer = await self.http.get(f"/orders/{order_id}")
        return None if answer.status_code == 404 else answer.raise_for_status().json()

    async def named(self) -> dict[str, list[str]]:
        """Return the ids of orders by the CustomerOrderIds that were given; raises httpx.HTTPError."""
        return {each.reference: await self._called(each.reference) for each in self.placed if each.reference}

    async def _called(self, reference: str) -> list[str]:
        answer = await self.http.get("/orders", params={"customer_order_id": reference})
        return [each["id"] for each in answer.raise_for_status().json()["orders"]]

    async def surely(self, order_id: str) -> dict[str, Any] | None:
        """Return an order as `get` does, from an API that is up and may be slow."""
        for _ in range(_TRIES):
            with contextlib.suppress(httpx.HTTPError):
                return await self.get(order_id)
            await asyncio.sleep(_PAUSE)
        return await self.get(order_id)

    async def _one(self):
        kind = self.orders.kind()
        if kind in fault_xml.RESOURCES and self._dice.random() < _AS_XML:
            order = await self.submit_as_xml(kind, self.orders.body(kind))
        else:
            order = await self.submit(kind, self.orders.body(kind), keyed=self._dice.random() >= _KEYLESS)
        if order.id and self._dice.random() < _CANCELLED:
            await self._cancel(order)
        # what a client of Bandwidth's orders once more after it was cancelled is a new order
        is_once = bool(order.reference and order.cancel)
        if order.id and order.key and not is_once and self._dice.random() < _REPEATED:
            await self._try(order)

    async def _try(self, order: Placed) -> bool:
        if order.reference is not None:
            return await self._try_as_xml(order)
        method, path = ("PUT", order.amends) if order.amends else ("POST", order.kind)
        headers = {"Idempotency-Key": order.key} if order.key else {}
        order.sent_at = time.monotonic() if order.id is None else order.sent_at
        answer = await self._ask(method, f"/orders/{path}", json=order.body, headers=headers)
        if answer is None:
            return False
        if answer.status_code != 202:
            order.refusal = "" if answer.status_code == 503 else f"{answer.status_code} {answer.text[:200]}"
            return False
        _acknowledged(order, answer.json()["id"])
        return True

    async def _try_as_xml(self, order: Placed) -> bool:
        order.sent_at = time.monotonic() if order.id is None else order.sent_at
        body = fault_xml.written(order.kind, order.body, order.reference or "")
        path = f"{self._front}/{fault_xml.RESOURCES[order.kind].path}"
        answer = await self._ask("POST", path, content=body, headers={"Content-Type": "application/xml"})
        if answer is None:
            return False
        found = fault_xml.order_id(answer.content)
        if answer.status_code != 201 or found is None:
            order.refusal = "" if answer.status_code == 503 else f"{answer.status_code} {answer.text[:200]}"
            return False
        _acknowledged(order, found)
        return True

    async def _cancel(self, order: Placed):
        answer = await self._ask("POST", f"/orders/{order.id}/cancel")
        if answer is not None and answer.status_code == 202:
            order.cancel = "done"
        elif answer is None or answer.status_code == 503:
            order.cancel = "asked"

    async def _ask(self, method: str, path: str, **what) -> httpx.Response | None:
        try:
            answer = await self.http.request(method, path, **what)
        except httpx.HTTPError:
            self.said["no answer"] += 1
            return None
        self.said[str(answer.status_code)] += 1
        return answer

    async def _until(self, order_id, states):
        while True:
            try:
                order = await self.get(order_id)
            except httpx.HTTPError:
                order = {"state": ""}
            if order is None or order["state"] in {*states, *TERMINAL}:
                return
            await asyncio.sleep(_PAUSE)


def _acknowledged(order, order_id):
    if order.id is None:
        order.id, order.acked_at = order_id, time.monotonic()
    elif order.id != order_id:
        order.others.add(order_id)
