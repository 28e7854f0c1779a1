"""Subscribes accounts to the callbacks of every kind of order: the command `subscribe`, and a local run's start."""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.bandwidth import subscriptions
from service.bandwidth.connection import Connection
from service.bandwidth.subscriptions import Receiver
from service.kinds import shelf

if TYPE_CHECKING:
    from collections.abc import Sequence

    from service.bandwidth.subscriptions import Subscription
    from service.settings import Settings


async def subscribe(settings: Settings, account_ids: Sequence[str] = ()) -> list[str]:
    """Make sure that Bandwidth calls us about every kind; return a line for each subscription that exists."""
    connection = Connection(settings)
    try:
        lines = [
            _line(
                account_id, await subscriptions.ensure(connection, account_id, names, _receiver(settings, account_id))
            )
            for account_id in account_ids or settings.accounts
            for names in dict.fromkeys(kind.subscription_names for kind in shelf().values())
            if names
        ]
    finally:
        await connection.close()
    return lines


def _receiver(settings: Settings, account_id: str) -> Receiver:
    return Receiver(
        settings.callback_url(account_id), settings.callback_username, settings.callback_password.get_secret_value()
    )


def _line(account_id: str, subscription: Subscription) -> str:
    # the address carries a secret: it is not printed
    status = f", last callback: {subscription.status}" if subscription.status else ""
    return f"{account_id}  {subscription.order_type}  {subscription.id}{status}"
