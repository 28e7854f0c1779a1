"""A program of another team, as its type checker sees it; `test_typed_program.py` runs mypy --strict on it.

A line with `type: ignore` is wrong on purpose: were it taken, the ignore would be unused, which is an error too.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping
from datetime import datetime
from typing import assert_type

from service.client import (
    AsyncOrderTracker,
    Batch,
    Event,
    InvalidOrder,
    NumberOutcome,
    Order,
    OrderTracker,
    Page,
    Summary,
    TrackerError,
    WaitTimeout,
)
from service.client.bodies import DldaGroup, TnOptionGroup
from service.client.testing import LocalTracker, Magic
from service.client.webhooks import verify


def blocking(at: datetime) -> Order | None:
    group: TnOptionGroup = {"telephone_numbers": ["2018551021"], "sms": True, "call_forward": "6042661720"}
    with OrderTracker("https://orders.example", token="a-token", account_id="9900000", timeout=10) as tracker:
        try:
            order = tracker.submit_tn_options([group], metadata={"ours": "1"}, not_before=at)
            order = tracker.wait(order.id, timeout=60, until="terminal")
        except InvalidOrder as error:
            assert_type([(each.pointer, each.code) for each in error.errors], list[tuple[str, str | None]])
            return None
        except WaitTimeout as error:
            return error.order
        except TrackerError:
            raise
        assert_type(order, Order)
        assert_type(order.completed_at, datetime | None)
        assert_type(order.counts.failed, int)
        assert_type(list(tracker.iter_numbers(order.id)), list[NumberOutcome])
        assert_type(tracker.list_orders(state=["complete"], created_from=at), Page[Order])
        assert_type(tracker.submit_bulk("lidb", [{"telephone_number": "2018551021"}]), Batch)
        assert_type(tracker.summary().counts, Mapping[str, Mapping[str, int]])
        events: Iterator[Event] = tracker.events(type="order.completed")
        assert_type(next(events).order_id, str | None)
        tracker.submit_tn_options([{"telephone_numbers": ["2018551021"], "smx": "on"}])  # type: ignore[typeddict-unknown-key]
        tracker.submit_number_options("2018551021", nonsense=True)  # type: ignore[call-arg]
        tracker.get(7)  # type: ignore[arg-type]
        tracker.wait(order.id, until="soon")  # type: ignore[arg-type]
        order.state = "complete"  # type: ignore[misc]
        return order


async def awaiting() -> Summary:
    group: DldaGroup = {"telephone_numbers": ["2018551021"]}
    async with AsyncOrderTracker() as tracker:
        order = await tracker.submit_dlda([group], delete_dlda_tn_groups=True, idempotency_key="once")
        assert_type(order, Order)
        orders: AsyncIterator[Order] = tracker.iter_orders(kind="dlda")
        async for each in orders:
            assert_type(each.errors[0].code, str | None)
        not_awaited: str = tracker.get(order.id).state  # type: ignore[attr-defined]
        assert not_awaited
        return await tracker.summary()


def receive(body: bytes, headers: Mapping[str, str]) -> str:
    return verify(body, headers, ["whsec_old", "whsec_new"]).type


def test_of_another_team(order_tracker: LocalTracker) -> None:
    order = order_tracker.client.submit_tn_options([{"telephone_numbers": [Magic.NOT_ON_ACCOUNT], "sms": "on"}])
    assert_type(order_tracker.client.wait(order.id), Order)
    with order_tracker.sandbox.faults(drop_callbacks=1):
        assert order_tracker.number()
