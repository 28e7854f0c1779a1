"""How an endpoint and its deliveries stand, in words: what it means, and what to do."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from service.dashboard.page import ROOT
from service.dashboard.showing import Look, Tone

if TYPE_CHECKING:
    from collections.abc import Mapping

    from service.event import Event
    from service.store.events.deliveries import Delivery, Status
    from service.store.events.endpoints import Endpoint

#: attempts of a delivery that a list shows, the newest
SHOWN: Final = 3


@dataclass(frozen=True, slots=True)
class Standing:
    """How an endpoint stands; `why` and `do` are empty where all is well."""

    look: Look
    why: str = ""
    do: str = ""
    #: when it came to stand so, in ms
    since: int | None = None


@dataclass(frozen=True, slots=True)
class Attempt:
    """An attempt to bring an event; `at` and `milliseconds` in ms."""

    at: int
    look: Look
    milliseconds: float


@dataclass(frozen=True, slots=True)
class Told:
    """A delivery as it is shown, its newest attempt first; `path` leads to what its event tells of."""

    delivery: Delivery
    look: Look
    path: str
    attempts: tuple[Attempt, ...]


_ON: Final = Standing(Look("on", "tick", "good"))
_OFF: Final[Mapping[str, Standing]] = {
    "person": Standing(
        Look("off", "pause", "off"),
        "Somebody switched it off: nothing is sent to it.",
        "Switch it on when its receiver is to be told again.",
    ),
    "gone": Standing(
        Look("off: gone", "ban", "bad"),
        "Its receiver answered 410 Gone, which says that it wants no event any more: nothing is sent to it.",
        "Ask whoever runs the receiver. Correct the URL or switch it on, or remove the endpoint.",
    ),
    "failing": Standing(
        Look("off: failed", "cross", "bad"),
        "No attempt succeeded for 5 days, so it was switched off: nothing is sent to it.",
        "See to its receiver, send a test event once it is switched on, then replay what it missed.",
    ),
}
_DELIVERIES: Final[Mapping[Status, Look]] = {
    "waiting": Look("waiting", "dot", "wait"),
    "delivered": Look("delivered", "tick", "good"),
    "replaced": Look("replaced by a newer one", "ban", "off"),
    "given_up": Look("given up", "cross", "bad"),
}
_TRIED: Final = Look("failed, tried again", "half", "mixed")
_ROOMS: Final[Mapping[str, str]] = {"order": "orders", "batch": "batches"}


def of(endpoint: Endpoint) -> Standing:
    """Return how an endpoint stands."""
    if not endpoint.enabled:
        off = _OFF[endpoint.off_why or "person"]
        return Standing(off.look, off.why, off.do, endpoint.off_at)
    if endpoint.failing_since is None:
        return _ON
    return Standing(
        Look("failing", "cross", "bad"),
        "Every attempt fails.",
        "See to its receiver. Attempts go on by themselves, one at a time; after 5 days "
        "without a success it is switched off.",
        endpoint.failing_since,
    )


def told(delivery: Delivery, most: int | None = SHOWN) -> Told:
    """Return a delivery as it is shown, with so many of its attempts; None: with all."""
    newest_first = delivery.attempts[::-1][:most]
    tried = delivery.status == "waiting" and delivery.attempts
    look = _TRIED if tried else _DELIVERIES[delivery.status]
    return Told(delivery, look, subject(delivery.event), tuple(map(_attempt, newest_first)))


def subject(event: Event) -> str:
    """Return where what an event tells of is shown."""
    account = f"{ROOT}/accounts/{event.account_id}"
    about = event.type.partition(".")[0]
    if about == "subscription":
        return f"{account}/subscriptions"
    return f"{account}/{_ROOMS.get(about, 'endpoints')}/{quote(event.subject, safe='')}"


def _attempt(kept: Mapping[str, Any]) -> Attempt:
    return Attempt(kept["at"], _answer(kept.get("status"), kept.get("error")), kept["seconds"] * 1000)


def _answer(status: int | None, error: str | None) -> Look:
    """Return what an attempt came to: an error in our words, or the answer's status."""
    taken = error is None and status is not None and HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES
    tone: Tone = "good" if taken else "bad"
    said = f"answered {status} {_phrase(status)}".rstrip() if status is not None else ""
    return Look(", ".join(filter(None, (said, error))), "tick" if taken else "cross", tone)


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""
