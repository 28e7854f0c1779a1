"""Deliveries of events as people see them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import typer

from service.people.listing import Listing
from service.terminal import facts, moments, table

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from service.client import Attempt, Delivery, Replay
    from service.people.session import Session

_STYLES: Final = {"delivered": "green", "waiting": "cyan", "given_up": "bold red", "replaced": "dim"}
_HEAD: Final = ("ID", "STATUS", "TYPE", "ATTEMPTS", "LAST ANSWER", "MADE", "NEXT ATTEMPT", "ORDER")
_ATTEMPTS: Final = ("ATTEMPT", "ANSWER", "SECONDS")


def show(session: Session, delivery: Delivery) -> None:
    """Print a delivery, with its attempts."""
    session.show(dict(delivery.raw), delivery.id, lambda: _picture(delivery))


def replayed(replay: Replay) -> str:
    """Tell how far a replay is."""
    far = f"ended {moments.both(replay.ended_at)}" if replay.ended_at else f"at {moments.local(replay.reached_at)}"
    whole = "" if replay.whole else ", older ones are gone"
    return f"events since {moments.local(replay.since)}: {replay.deliveries} deliveries made, {far}{whole}"


def _picture(delivery: Delivery) -> None:
    facts.show(_facts(delivery), _STYLES)
    if delivery.attempts:
        rows = [(moments.local(each.at), _answer(each), f"{each.seconds:.3f}") for each in delivery.attempts]
        typer.echo()
        table.show(_ATTEMPTS, rows)


def _facts(delivery: Delivery) -> Iterator[tuple[str, str | None]]:
    yield "delivery", delivery.id
    yield "status", delivery.status
    yield "event", delivery.event_id
    yield "type", delivery.type
    yield "data", ", ".join(f"{name} {value}" for name, value in delivery.data.items()) or None
    times = {
        "made": delivery.made_at,
        "next attempt": delivery.next_attempt_at,
        "sent again": delivery.replayed_at,
        "ended": delivery.ended_at,
    }
    for name, at in times.items():
        yield name, moments.both(at) if at else None


def _row(delivery: Delivery) -> Sequence[str]:
    last = _answer(delivery.attempts[-1]) if delivery.attempts else "-"
    times = (moments.local(delivery.made_at), moments.local(delivery.next_attempt_at))
    order = str(delivery.data.get("order_id", "-"))
    return [delivery.id, delivery.status, delivery.type, str(len(delivery.attempts)), last, *times, order]


def _answer(attempt: Attempt) -> str:
    if attempt.status is None:
        return attempt.error or "none"
    return f"HTTP {attempt.status}{f', {attempt.error}' if attempt.error else ''}"


DELIVERIES: Final[Listing[Delivery]] = Listing(
    "deliveries", _HEAD, _row, lambda each: each.id, "There are no such deliveries.", needed=3, styles=_STYLES
)
