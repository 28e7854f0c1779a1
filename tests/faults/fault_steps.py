"""Steps that tests of real processes share: order, wait while the supervisor looks after what has ended, and look."""

from __future__ import annotations

import contextlib
import itertools
import random
import uuid

import fault_xml
import httpx
import rig
from fault_orders import Orders

_numbers = itertools.count(2_019_770_000)
_orders = Orders(random.Random(1))


def until(run, condition, seconds=40):
    """Nobody restarts anything by hand: the supervisor does, as it would any day."""

    def met():
        run.tend()
        # a part that is away, or has no store
        with contextlib.suppress(httpx.HTTPError):
            return condition()
        return None

    return rig.until_sync(met, seconds)


def submit(run, api, kind="tn-options", number=None, amends=None):
    """Order until it is acknowledged, as a client with an Idempotency-Key may."""
    body = _orders.body(kind, number or str(next(_numbers)))
    headers = {"Idempotency-Key": str(uuid.uuid4())}

    def accepted():
        call = ("PUT", f"/orders/{amends}") if amends else ("POST", f"/orders/{kind}")
        answer = api.request(*call, json=body, headers=headers)
        assert answer.status_code in (202, 503), answer.text
        return answer.json()["id"] if answer.status_code == 202 else None

    return until(run, accepted)


def submit_as_xml(run, api, kind, reference):
    """Order in Bandwidth's XML, the same with the same CustomerOrderId until it is acknowledged."""
    body = fault_xml.written(kind, _orders.body(kind, str(next(_numbers))), reference)
    path = f"{run.api.replace('/v1/', '/api/v1/')}/{fault_xml.RESOURCES[kind].path}"

    def accepted():
        answer = api.post(path, content=body, headers={"Content-Type": "application/xml"})
        assert answer.status_code in (201, 503), answer.text
        return fault_xml.order_id(answer.content) if answer.status_code == 201 else None

    return until(run, accepted)


def state_of(api, order_id):
    return api.get(f"/orders/{order_id}").raise_for_status().json()["state"]


def ended(run, api, order_id):
    """Return the state it ends in."""

    def end():
        state = state_of(api, order_id)
        return state if state in {"complete", "partial", "failed", "rejected", "needs_attention"} else None

    return until(run, end)


def at_bandwidth(sandbox, order_id):
    rows = sandbox.get("/_sandbox/orders", params={"customer_order_id": order_id}).json()
    return [row for row in rows if row["order_id"]]
