"""The account's callback subscriptions at Bandwidth."""

from __future__ import annotations

from service.client.call import Call
from service.client.exchange import Request, Talk
from service.client.models.subscription import Subscriptions
from service.client.operations.core import Core
from service.client.reading import read


class SubscriptionCalls(Core):
    """Calls about callback subscriptions."""

    @Call
    def subscriptions(self) -> Talk[Subscriptions]:
        """Return the subscriptions as Bandwidth shows them now, and what is wrong with ours."""
        response = yield from self._send(Request("GET", self._target.account("subscriptions")))
        return read(Subscriptions, response.json())

    @Call
    def heal_subscriptions(self) -> Talk[Subscriptions]:
        """Put our subscriptions right now, and return them; raises BandwidthRefused."""
        response = yield from self._send(Request("PUT", self._target.account("subscriptions")))
        return read(Subscriptions, response.json())
