"""An order as Bandwidth's clients are told of it: its status in Bandwidth's words, who asked for it, its errors."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from service.carrier_errors import CarrierError
from service.doorway.personal import Veil, masked_order
from service.errors import Unavailable
from service.front.orders import amended
from service.lifecycle import State
from service.notification import STATUSES
from service.store import reading, repeating

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from service.clients import Client
    from service.order import Order, Outcome
    from service.wiring import Desk

RECEIVED: Final = STATUSES[State.RECEIVED]
FAILED: Final = STATUSES[State.FAILED]


@dataclass(frozen=True, slots=True)
class Picture:
    """An order, masked for whoever is told of it; `errors` and `warnings` one for each number that they name."""

    order: Order
    #: the client that asked for it; None where it was placed elsewhere
    created_by: str | None
    status: str
    #: how many numbers it names
    numbers: int
    errors: tuple[CarrierError, ...] = ()
    warnings: tuple[CarrierError, ...] = ()


def taken(order: Order, client: Client, status: str = RECEIVED) -> Picture:
    """Return an order of a client's as it is told once it is on disk: nothing is read that might fail, no error shown.

    What is wrong with it is told by a GET and by callbacks: a published SDK takes an answer with an error in it for a
    failure, and forgets the order's id.
    """
    return Picture(order if client.sees_personal else masked_order(order), client.id, status, order.total)


async def refused(desk: Desk, client: Client, order: Order) -> Picture:
    """Return an order that Bandwidth refused; while the store is away, without what it said of single numbers."""
    try:
        (picture,) = await pictures(desk, client, order.account_id, [order])
    except Unavailable:
        return _picture(order, order, client.id, (), client)
    return picture


async def pictures(desk: Desk, client: Client, account_id: str, orders: Sequence[Order]) -> list[Picture]:
    """Return pictures of an account's orders as a client may see them."""
    asked_by = await repeating.clients(desk.store, account_id, [each.id for each in orders])
    outcomes = await asyncio.gather(*(_outcomes(desk, each) for each in orders))
    changed = await asyncio.gather(*(amended.as_changed(desk, each) for each in orders))
    return [
        _picture(order, seen, by, told, client)
        for order, seen, by, told in zip(orders, changed, asked_by, outcomes, strict=True)
    ]


async def summaries(desk: Desk, account_id: str, orders: Sequence[Order]) -> list[Picture]:
    """Return pictures of an account's orders without what they ask for, which a list of many has no room for."""
    asked_by = await repeating.clients(desk.store, account_id, [each.id for each in orders])
    return [
        Picture(replace(each, request={}, telephone_numbers=()), by, STATUSES[each.state], each.total)
        for each, by in zip(orders, asked_by, strict=True)
    ]


def _picture(order: Order, changed: Order, by: str | None, outcomes: Sequence[Outcome], client: Client) -> Picture:
    veil = Veil(order, lifted=client.sees_personal)
    shown = changed if client.sees_personal else masked_order(changed)
    told = [veil.outcome(each) for each in outcomes]
    named = list(zip(order.telephone_numbers, told, strict=False))
    remarks = replace(order, errors=veil.remarks(order.errors), warnings=veil.remarks(order.warnings))
    errors = tuple(dict.fromkeys(_errors(remarks, named)))
    warnings = tuple(dict.fromkeys(_warnings(remarks, named)))
    return Picture(shown, by, STATUSES[order.state], order.total, errors, warnings)


async def _outcomes(desk: Desk, order: Order) -> list[Outcome]:
    """Return what became of each number, where there is more to tell than the order's status."""
    if not (order.errors or order.warnings or order.failed_numbers):
        return []
    return await reading.outcomes(desk.store, order, order.telephone_numbers)


def _errors(order: Order, named: Sequence[tuple[str, Outcome]]) -> Iterator[CarrierError]:
    general: set[tuple[str | None, str | None]] = set()
    for each in order.errors:
        if not each.telephone_numbers:
            general.add((each.code, each.description))
            yield CarrierError(each.code, each.description)
        for number in each.telephone_numbers:
            yield CarrierError(each.code, each.description, (number,))
    for number, outcome in named:
        # what is wrong with all of them is said once
        if outcome.outcome == FAILED.lower() and (outcome.code, outcome.description) not in general:
            yield CarrierError(outcome.code, outcome.description or "", (number,) if outcome.code else ())


def _warnings(order: Order, named: Sequence[tuple[str, Outcome]]) -> Iterator[CarrierError]:
    """Yield Bandwidth's warnings: those of ours about an order name numbers, and are for people."""
    for each in order.warnings:
        if not each.telephone_numbers:
            yield CarrierError(each.code, each.description)
    for number, outcome in named:
        if outcome.warning:
            yield CarrierError(None, outcome.warning, (number,))
