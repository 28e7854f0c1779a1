"""Subscriptions as Bandwidth shows them: never with a password, and with the seconds that are left of their life."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from service import xml
from service.front.subscriptions.refused import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterable

    from service.store.events.endpoints import Endpoint
    from service.store.events.subscribed import Subscribed
    from service.xml import Element

#: nothing was told yet
_READY: Final = "READY"


def document(found: Iterable[Endpoint], now: int) -> Element:
    """Write subscriptions as a list, or one as a list of one; `now` in ms since 1970."""
    written = (_subscription(each, each.subscribed, now) for each in found if each.subscribed)
    return xml.element(ROOT, xml.element("Subscriptions", *written))


def _subscription(endpoint: Endpoint, subscribed: Subscribed, now: int) -> Element:
    left = max(1, (subscribed.expires_at - now) // 1000)
    credentials = subscribed.username and xml.element(
        "CallbackCredentials",
        xml.element("BasicAuthentication", xml.element("Username", subscribed.username)),
    )
    return xml.element(
        "Subscription",
        xml.element("SubscriptionId", endpoint.id),
        xml.element("OrderType", subscribed.order_type),
        subscribed.order_id and xml.element("OrderId", subscribed.order_id),
        xml.element(
            "CallbackSubscription",
            xml.element("URL", endpoint.url),
            xml.element("Expiry", str(left)),
            xml.element("Status", _status(endpoint, subscribed)),
            credentials,
            xml.element("NumberFormat", subscribed.number_format),
        ),
    )


def _status(endpoint: Endpoint, subscribed: Subscribed) -> str:
    """Say what the last attempt came to, and whether there will be others."""
    said = ", ".join(filter(None, (_answered(subscribed.tried_status), subscribed.tried_error))) or _READY
    return said if endpoint.enabled else f"{said}; switched off: PUT the subscription to switch it on"


def _answered(status: int | None) -> str:
    if status is None:
        return ""
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return str(status)
