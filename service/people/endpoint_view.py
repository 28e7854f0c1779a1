"""Endpoints as people see them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from service.people import delivery_view
from service.people.listing import Listing
from service.terminal import facts, moments

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from service.client import Endpoint

_HEAD: Final = ("ID", "URL", "STATE", "WAITING", "TYPES", "KINDS", "DESCRIPTION")
_STYLES: Final = {"on": "green", "off": "yellow", "failing": "bold red", "switched off": "bold red"}


def show(endpoint: Endpoint) -> None:
    """Print an endpoint for people, without its secret."""
    facts.show(_facts(endpoint), _STYLES)


def _state(endpoint: Endpoint) -> str:
    if not endpoint.enabled:
        # what a person has switched off needs nobody's look
        return "switched off" if endpoint.switched_off and endpoint.switched_off.why != "person" else "off"
    return "failing" if endpoint.failing_since else "on"


def _row(endpoint: Endpoint) -> Sequence[str]:
    told = (", ".join(endpoint.types) or "all", ", ".join(endpoint.kinds) or "all", endpoint.description or "-")
    return [endpoint.id, endpoint.url, _state(endpoint), str(endpoint.waiting), *told]


def _facts(endpoint: Endpoint) -> Iterator[tuple[str, str | None]]:
    yield "endpoint", endpoint.id
    yield "url", endpoint.url
    yield "state", _state(endpoint)
    if endpoint.switched_off:
        yield "why", f"{endpoint.switched_off.why}, {moments.both(endpoint.switched_off.at)}"
    yield "failing since", moments.both(endpoint.failing_since) if endpoint.failing_since else None
    yield "waiting", f"{endpoint.waiting} deliveries"
    if subscribed := endpoint.subscription:
        yield "told in", "Bandwidth's notifications"
        yield "subscribed to", " ".join(filter(None, (subscribed.order_type, subscribed.order_id)))
        yield "credentials", subscribed.username or "none"
        yield "expires", moments.both(subscribed.expires_at)
    yield "types", ", ".join(endpoint.types) or "all"
    yield "kinds", ", ".join(endpoint.kinds) or "all"
    yield "description", endpoint.description or None
    if endpoint.previous_secret_until:
        yield "two secrets", f"until {moments.both(endpoint.previous_secret_until)}"
    if replay := endpoint.replay:
        yield "replay", delivery_view.replayed(replay)
    yield "created", moments.both(endpoint.created_at)


ENDPOINTS: Final[Listing[Endpoint]] = Listing(
    "endpoints", _HEAD, _row, lambda endpoint: endpoint.id, "There are no endpoints.", needed=4, styles=_STYLES
)
