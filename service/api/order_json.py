"""An order as clients see it. Times are ISO 8601 in UTC; numbers are ten digits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, cast

from typing_extensions import TypedDict

from service.api.described import Id, Next, Time, described
from service.doorway.personal import masked_order
from service.lifecycle import TERMINAL, State
from service.times import iso

if TYPE_CHECKING:
    from service.order import Order, Remark, Waiting


@described
class CountsJson(TypedDict):
    """How many numbers an order names, and what became of them."""

    total: int
    pending: int
    complete: int
    failed: int


@described
class RemarkJson(TypedDict):
    """An error or a warning about an order: Bandwidth's, or ours when `code` is null."""

    code: str | None
    """Bandwidth's error code; its catalogue explains it."""
    description: str
    telephone_numbers: list[str]
    """The first numbers that it names."""
    count: int
    """How many it names."""


@described
class AttentionJson(TypedDict):
    """Why only a person can decide, and what to do."""

    why: str
    do: str


@described
class WaitingJson(TypedDict):
    """Why an order does not move although nothing is wrong with it, and until when, where that is known."""

    why: str
    until: Time | None


@described
class OrderLinksJson(TypedDict):
    """Where an order and its parts are."""

    self: str
    numbers: str
    timeline: str
    documents: str


@described
class OrderSummaryJson(TypedDict):
    """An order without its request, as lists show it."""

    id: Id
    account_id: str
    kind: str
    state: State
    version: int
    """Rises with every change that can be seen."""
    origin: Literal["api", "external"]
    """`external`: placed elsewhere, and fetched from Bandwidth."""
    customer_order_id: str | None
    bandwidth_order_id: str | None
    """Bandwidth's id, once it has the order."""
    bandwidth_status: str | None
    """Bandwidth's last word for the order's status."""
    announced: str | None
    """The end that a callback announced, and no check has seen yet."""
    amends: Id | None
    """The order that this one changes at Bandwidth."""
    amended_by: Id | None
    """The latest order that changes this one."""
    retries: Id | None
    """The ended order whose failed numbers this one takes up again."""
    retried_by: Id | None
    """The latest order that takes up what failed of this one."""
    batch_id: Id | None
    """The batch that it was made for."""
    counts: CountsJson
    errors: list[RemarkJson]
    warnings: list[RemarkJson]
    held_by: Id | None
    """The order that this one waits for."""
    aside_since: Time | None
    """Since when orders on its numbers go past it, because a person let it step aside."""
    attention: AttentionJson | None
    """Set while the order needs a person."""
    waiting: WaitingJson | None
    metadata: dict[str, str]
    """The caller's own strings."""
    trace_id: str
    """The trace of all work about it, 32 hex digits: the one that the request named that submitted it, else a new one.
    Every line of the service's log about the order has it."""
    not_before: Time | None
    """It is sent no sooner."""
    created_at: Time
    updated_at: Time
    first_sent_at: Time | None
    received_at: Time | None
    """When Bandwidth had it."""
    checked_at: Time | None
    """When Bandwidth last told of it."""
    completed_at: Time | None
    """When it ended."""
    next_look_at: Time | None
    """When it is looked at again, at the latest."""
    links: OrderLinksJson


@described
class OrderPageJson(TypedDict):
    """Some orders, and where the list goes on."""

    orders: list[OrderSummaryJson]
    next: Next


class WholeOrderJson(OrderSummaryJson):
    """An order with its request: the fields of its kind stand beside the others, secrets masked.

    The OpenAPI document shows one shape for each kind.
    """


def order_json(order: Order, *, personal: bool = False) -> WholeOrderJson:
    """Write a whole order, its request included: secrets are masked, and names and addresses unless `personal`."""
    shown = order if personal else masked_order(order)
    return cast("WholeOrderJson", {**_summary(shown), **shown.request})


def summary_json(order: Order, *, personal: bool = False) -> OrderSummaryJson:
    """Write an order without its request, for lists; what Bandwidth says of people is masked unless `personal`."""
    return _summary(order if personal else masked_order(order))


def _summary(order: Order) -> OrderSummaryJson:
    return {
        "id": order.id,
        "account_id": order.account_id,
        "kind": order.kind,
        "state": order.state,
        "version": order.version,
        "origin": order.origin,
        "customer_order_id": order.customer_order_id,
        "bandwidth_order_id": order.bandwidth_order_id,
        "bandwidth_status": order.bandwidth_status,
        "announced": order.announced,
        "amends": order.amends,
        "amended_by": order.amended_by,
        "retries": order.retries,
        "retried_by": order.retried_by,
        "batch_id": order.batch_id,
        "counts": _counts(order),
        "errors": [_remark(each) for each in order.errors],
        "warnings": [_remark(each) for each in order.warnings],
        "held_by": order.held_by,
        "aside_since": iso(order.aside_since),
        "attention": {"why": order.attention.why, "do": order.attention.do} if order.attention else None,
        "waiting": _waiting(order.waiting),
        "metadata": dict(order.metadata),
        "trace_id": order.trace.id,
        "not_before": iso(order.not_before),
        "created_at": iso(order.created_at),
        "updated_at": iso(order.updated_at),
        "first_sent_at": iso(order.first_sent_at),
        "received_at": iso(order.received_at),
        "checked_at": iso(order.checked_at),
        "completed_at": iso(order.completed_at),
        "next_look_at": iso(order.next_look_at),
        "links": links(order),
    }


def path(order: Order) -> str:
    """Return an order's address."""
    return f"/v1/accounts/{order.account_id}/orders/{order.id}"


def links(order: Order) -> OrderLinksJson:
    """Return where an order and its parts are."""
    own = path(order)
    return {
        "self": own,
        "numbers": f"{own}/numbers",
        "timeline": f"{own}/timeline",
        "documents": f"{own}/documents",
    }


def _counts(order: Order) -> CountsJson:
    pending = 0 if order.state in TERMINAL else order.total - order.completed_numbers - order.failed_numbers
    return {
        "total": order.total,
        "pending": pending,
        "complete": order.completed_numbers,
        "failed": order.failed_numbers,
    }


def _remark(remark: Remark) -> RemarkJson:
    return {
        "code": remark.code,
        "description": remark.description,
        "telephone_numbers": list(remark.telephone_numbers),
        "count": remark.count,
    }


def _waiting(waiting: Waiting | None) -> WaitingJson | None:
    return {"why": waiting.why, "until": iso(waiting.until)} if waiting else None
