"""A telephone number as clients see it: our orders about it, and Bandwidth's details."""

from __future__ import annotations

from typing import TYPE_CHECKING

from typing_extensions import TypedDict

from service import telephone_numbers
from service.api.described import Id, TenDigits, Time, described
from service.api.number_details_json import NumberDetailsJson, OrderLinkJson, number_details_json, order_link
from service.lifecycle import State
from service.order import Result
from service.times import iso

if TYPE_CHECKING:
    from service.numbers import Number
    from service.store.naming import LastOutcome, OpenOrder


@described
class OpenOrderJson(TypedDict):
    """An open order that names a number."""

    order_id: Id
    kind: str
    state: State
    held_by: Id | None
    """The order that it waits for."""
    created_at: Time
    links: OrderLinkJson


@described
class LastOutcomeJson(TypedDict):
    """What the last ended order of a kind came to for a number."""

    order_id: Id
    kind: str
    state: State
    outcome: Result
    code: str | None
    description: str | None
    retryable: bool | None
    warning: str | None
    completed_at: Time
    links: OrderLinkJson


@described
class NumberLinksJson(TypedDict):
    """Where a number is."""

    self: str


@described
class NumberJson(TypedDict):
    """What our orders and Bandwidth say about a number."""

    telephone_number: TenDigits
    e164: str
    account_id: str
    open_orders: list[OpenOrderJson]
    """Oldest first."""
    last_outcomes: list[LastOutcomeJson]
    """One for each kind, the latest first."""
    more_orders: bool
    """It has older orders, which were not looked at."""
    bandwidth: NumberDetailsJson | None
    bandwidth_absent: str | None
    """Why Bandwidth's half is missing."""
    links: NumberLinksJson


def details_json(number: Number) -> NumberJson:
    """Write both halves of a number; `bandwidth` is null where `bandwidth_absent` says why."""
    account, ours = f"/v1/accounts/{number.account_id}", number.ours
    return {
        "telephone_number": number.telephone_number,
        "e164": telephone_numbers.e164(number.telephone_number),
        "account_id": number.account_id,
        "open_orders": [_open_order(each, account) for each in ours.open_orders],
        "last_outcomes": [_last_outcome(each, account) for each in ours.last_outcomes],
        "more_orders": ours.more,
        "bandwidth": number_details_json(number.details, number.listing_order, account) if number.details else None,
        "bandwidth_absent": number.absent,
        "links": {"self": f"{account}/numbers/{number.telephone_number}"},
    }


def _open_order(order: OpenOrder, account: str) -> OpenOrderJson:
    return {
        "order_id": order.id,
        "kind": order.kind,
        "state": order.state,
        "held_by": order.held_by,
        "created_at": iso(order.created_at),
        "links": order_link(order.id, account),
    }


def _last_outcome(last: LastOutcome, account: str) -> LastOutcomeJson:
    outcome = last.outcome
    return {
        "order_id": last.order_id,
        "kind": last.kind,
        "state": last.state,
        "outcome": outcome.outcome,
        "code": outcome.code,
        "description": outcome.description,
        "retryable": outcome.retryable,
        "warning": outcome.warning,
        "completed_at": iso(last.completed_at),
        "links": order_link(last.order_id, account),
    }
