"""Bandwidth: does its name resolve, does it take our credentials, are our subscriptions there whole."""

from __future__ import annotations

import asyncio
import socket
from typing import TYPE_CHECKING, Final

from service.doctor.finding import Finding
from service.errors import BandwidthRefused, BandwidthUnavailable
from service.store.subscribed import Memory
from service.subscribing import Subscriptions

if TYPE_CHECKING:
    from service.subscription_health import Standing
    from service.wiring import Desk

_CREDENTIALS: Final = "correct TRACKER_BANDWIDTH_* or the permissions of its user"
_WAY: Final = "see to the way from here to TRACKER_BANDWIDTH_URL: proxy, firewall, certificates; or Bandwidth is away"


async def name(desk: Desk) -> list[Finding]:
    """Resolve Bandwidth's name."""
    url = desk.settings.bandwidth_url
    host = (url.host or "").strip("[]")
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, url.port, type=socket.SOCK_STREAM)
    except OSError as error:
        do = "see to this machine's DNS, or correct TRACKER_BANDWIDTH_URL"
        return [Finding("bandwidth name", "fail", f"{host} does not resolve: {error.strerror}", do)]
    return [Finding("bandwidth name", "ok", f"{host} is {found[0][4][0]}")]


async def account(desk: Desk, account_id: str) -> list[Finding]:
    """List the account's subscriptions: that takes the way, TLS, the credentials and the permissions."""
    held = Subscriptions(desk.settings, desk.connection, desk.turns, Memory(desk.store, needed=False))
    try:
        health = await held.look(account_id)
    except BandwidthRefused as error:
        return [Finding("bandwidth", "fail", error.detail, _CREDENTIALS, account_id)]
    except BandwidthUnavailable as error:
        return [Finding("bandwidth", "fail", error.detail, _WAY, account_id)]
    well = Finding("bandwidth", "ok", "it answers, and takes our credentials", account_id=account_id)
    return [well, *(_of(account_id, each) for each in health.standings)]


def _of(account_id: str, standing: Standing) -> Finding:
    check = f"subscription {standing.need.order_type}"
    if not standing.problems:
        return Finding(check, "ok", "whole", account_id=account_id)
    if standing.problems == ("failing",):
        do = "make sure that Bandwidth reaches TRACKER_CALLBACK_BASE_URL; it shows this until a callback has arrived"
        return Finding(check, "warn", "Bandwidth's last callback failed", do, account_id)
    do = "wait for the next watch (TRACKER_WATCH_SECONDS), or at once: order-tracker subscriptions ensure"
    return Finding(check, "fail", ", ".join(standing.problems), do, account_id)
