"""An account's callback subscriptions at Bandwidth."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from service.client.models.model import Model


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription(Model):
    """A callback subscription; what may be secret in its address is masked."""

    id: str
    kinds: tuple[str, ...] = ()
    order_type: str = ""
    url: str = ""
    username: str | None = None
    #: seconds
    expires_in: int | None = None
    expires_at: datetime | None = None
    #: what Bandwidth says of the last callback
    last_callback: str | None = None
    #: the tracker's own
    ours: bool = False
    #: what is wrong with it, if it is ours
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscriptions(Model):
    """All of them, and the order types that have none of ours."""

    subscriptions: tuple[Subscription, ...] = ()
    missing: tuple[str, ...] = ()

    @property
    def are_well(self) -> bool:
        """Tell whether every order type has a subscription of ours, and nothing is wrong with any of them."""
        return not self.missing and not any(each.problems for each in self.subscriptions)
