"""Waiting for what was submitted, and showing how far it is."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Annotated, Final

import typer

from service.people import order_view, part_view
from service.people.endings import code_of, stands
from service.terminal import progress

if TYPE_CHECKING:
    from service.client import NumberOutcome, Order
    from service.people.session import Session

#: numbers that people are shown unasked
_MOST: Final = 50

Wait = Annotated[bool, typer.Option("--wait", help="Wait for its end, and show what became of each number.")]
Timeout = Annotated[float, typer.Option(min=1, max=2_592_000, help="Seconds to wait at most.")]


def finish(session: Session, order: Order, seconds: float) -> None:
    """Wait until an order has ended or needs a person, show it and its numbers, and end with its exit code."""
    from service.client import TrackerError, WaitTimeout  # noqa: PLC0415

    session.remark(f"order {order.id}")
    late = None
    try:
        order = _followed(session, order, seconds)
        outcomes = list(session.tracker.iter_numbers(order.id))
    except WaitTimeout as error:
        late, order, outcomes = error, error.order or order, []
    except (TrackerError, KeyboardInterrupt):
        # whatever goes wrong now, its id is told
        session.show(dict(order.raw), order.id, lambda: None)
        session.remark(f"The order is kept; see how it goes on: order-tracker orders watch {order.id}")
        raise
    session.show(
        {**order.raw, **({} if late else {"numbers": [dict(each.raw) for each in outcomes]})},
        order.id,
        lambda: _picture(session, order, outcomes),
    )
    if late:
        raise late
    raise typer.Exit(code_of([order.state]))


def _followed(session: Session, order: Order, seconds: float) -> Order:
    from service.client import WaitTimeout  # noqa: PLC0415

    deadline = time.monotonic() + seconds
    with progress.shown(quiet=session.quiet) as tell:
        while True:
            counts = order.counts
            tell(order_view.sentence(order), counts.complete + counts.failed, counts.total)
            if stands(order):
                return order
            left = max(0.0, deadline - time.monotonic())
            try:
                order = session.tracker.wait(order.id, timeout=left, until="change", known=order)
            except WaitTimeout as error:
                order = error.order or order
                raise WaitTimeout(f"Order {order.id} is {order.state} after {seconds:g} s.", order=order) from None


def _picture(session: Session, order: Order, outcomes: list[NumberOutcome]) -> None:
    order_view.show(session, order)
    shown = outcomes
    if len(outcomes) > _MOST:
        shown = [each for each in outcomes if each.outcome != "complete" or each.warning][:_MOST]
    if shown:
        part_view.show_numbers(shown)
    if hidden := len(outcomes) - len(shown):
        session.remark(f"{hidden} more numbers: order-tracker orders get {order.id} --numbers")
