"""All signs of an account and its installation, in the order in which they are shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.dashboard.health import callbacks, carrier, processes, receivers, work
from service.dashboard.health.sign import Sign
from service.dashboard.page import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from service.dashboard.health.readings import Seen


def signs(seen: Seen) -> list[Sign]:
    """Return them."""
    return [*_account(seen), *processes.signs(seen.installation, seen.account, f"{_root(seen)}/health#processes")]


def _account(seen: Seen) -> Iterator[Sign]:
    root, account = _root(seen), seen.account
    if account is None:
        means = "Redis did not tell of this account in time."
        yield Sign("Orders", "not known now", "unknown", means, "Look again in a moment.", href=f"{root}/health")
        return
    yield from work.signs(account, seen.hour, f"{root}/orders")
    yield carrier.sign(account, seen.burst, f"{root}/health#bandwidth")
    yield from callbacks.signs(account, seen.hour, seen.burst, root, f"{root}/health#callbacks")
    yield receivers.sign(account, f"{root}/endpoints")


def _root(seen: Seen) -> str:
    return f"{ROOT}/accounts/{seen.account_id}"
