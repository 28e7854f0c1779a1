"""What a person decides about an order."""

from __future__ import annotations

from service.client.call import Call
from service.client.exchange import Request, Talk
from service.client.models.order import Order
from service.client.operations.core import Core
from service.client.reading import read


class Deciding(Core):
    """Calls that decide about an order; each returns it as it is then.

    `cancel`, `retry` and `step_aside` have no Idempotency-Key: when their answer is lost they raise ConnectionFailed,
    and the order tells whether they were heard.
    """

    @Call
    def cancel(self, order_id: str) -> Talk[Order]:
        """Withdraw an order that Bandwidth does not have; raises NotPossibleNow with the reason once it may have it."""
        return (yield from self._decide(order_id, "cancel", repeatable=False))

    @Call
    def retry(self, order_id: str) -> Talk[Order]:
        """Take up an order that needs attention again; raises NotPossibleNow for any other."""
        return (yield from self._decide(order_id, "retry", repeatable=False))

    @Call
    def check(self, order_id: str) -> Talk[Order]:
        """Have an open order looked at now; raises NotPossibleNow where there is nothing to look at."""
        return (yield from self._decide(order_id, "check", repeatable=True))

    @Call
    def step_aside(self, order_id: str) -> Talk[Order]:
        """Let the orders that wait for this one go first, at your risk; raises NotPossibleNow when none does.

        What is not sent goes to the end of its lines. What Bandwidth has, or may have, is gone past: changes of one
        number may then meet at Bandwidth, which refuses one of them (11020, 16103, 5146, 409), or end in either order.
        """
        return (yield from self._decide(order_id, "step-aside", repeatable=False))

    def _decide(self, order_id: str, decision: str, *, repeatable: bool) -> Talk[Order]:
        path = self._target.account("orders", order_id, decision)
        response = yield from self._send(Request("POST", path, repeatable=repeatable))
        return read(Order, response.json())
