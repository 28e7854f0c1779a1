"""Orders for the bench: requests that make them, and very many that are there already."""

from __future__ import annotations

import base64
import itertools
import json
import time
import uuid
from pathlib import Path

import rig

#: accounts that a row works in; the second one is the small one where both sizes are compared
OURS, SMALL = "1000001", "1000002"
#: what the keys of the limit begin with, as long as ours
LIMIT = "{1000009}:"
_SEED = Path(__file__).with_name("seed.lua").read_text()
#: orders that one call of the server makes: the load behind it waits
_AT_ONCE = 1_000
_numbers = itertools.count()
_BASIC = base64.b64encode(":".join(rig.CALLBACK).encode()).decode()


def number():
    """Return a telephone number that no order of this run has named."""
    prefix, rest = divmod(next(_numbers), 8_000_000)
    return f"{212 + prefix}{2_000_000 + rest}"


def request(method, path, body=b"", **headers):
    lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", f"Content-Length: {len(body)}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "\r\n"]).encode() + body


def accept(path, count, numbers=1):
    """Return requests that each submit an order for numbers of its own."""
    return [
        request(
            "POST",
            path,
            json.dumps({"groups": [{"telephone_numbers": [number() for _ in range(numbers)], "sms": "on"}]}).encode(),
            Authorization=f"Bearer {rig.TOKEN}",
            Content_Type="application/json",
            Idempotency_Key=str(uuid.uuid4()),
        )
        for _ in range(count)
    ]


def callbacks(path, ids):
    """Return callbacks that tell a new state of orders; `ids` are pairs of ours and Bandwidth's."""
    return [
        request(
            "POST",
            path,
            (
                '<?xml version="1.0" encoding="UTF-8" standalone="yes"?><Notification><Status>PROCESSING</Status>'
                f"<SubscriptionId>390-f-42-89-40</SubscriptionId><Message>x</Message><OrderId>{at_bandwidth}</OrderId>"
                f"<OrderType>tnoptions</OrderType><CustomerOrderId>{order_id}</CustomerOrderId></Notification>"
            ).encode(),
            Authorization=f"Basic {_BASIC}",
            Content_Type="application/xml",
        )
        for order_id, at_bandwidth in ids
    ]


def got(path, ids, **headers):
    """Return requests that read orders."""
    return [request("GET", f"{path}/{each}", Authorization=f"Bearer {rig.TOKEN}", **headers) for each in ids]


def seed(client, prefix, count):
    """Make orders that Bandwidth has and that are not due, as acceptance and a worker leave them.

    Returns pairs of ids, ours and Bandwidth's. Each names a number of its own and stands in all indexes.
    """
    now, script, made = round(time.time() * 1000), client.register_script(_SEED), []
    for start in range(0, count, _AT_ONCE):
        made += script([prefix], [next(_seeds), min(_AT_ONCE, count - start), now + start])
    return list(itertools.pairwise(made))[::2]


_seeds = itertools.count(0, _AT_ONCE)
