"""Reading one order, and asking whether it is still the version that one knows."""

from __future__ import annotations

import itertools

from comparing import System, rates, ratio
from orders_made import OURS, got, number, seed
from row import Row, at_least


def one_order(stage):
    count = min(1_000, stage.scale.many)
    ids = [each for each, _ in seed(stage.client, f"{{{OURS}}}:", count)]
    path = f"/v1/accounts/{OURS}/orders"
    found = rates(
        stage,
        [
            System("ours", stage.ours, _over(path, ids), "200"),
            System("ours, 304", stage.ours, _over(path, ids, If_None_Match='W/"2"'), "304"),
            System("stock", stage.stock, _over("/orders", _of_stock(stage, count)), "200"),
        ],
    )
    yield ratio(at_least(3, "3x stock"), found, "ours", "stock")
    yield ratio(at_least(1, "a 304 faster than a 200"), found, "ours, 304", "ours")


def _over(path, ids, **headers):
    made = got(path, ids, **headers)
    return lambda count: list(itertools.islice(itertools.cycle(made), count))


def _of_stock(stage, count):
    pipeline, ids = stage.client.pipeline(transaction=False), [f"got-{each}" for each in range(count)]
    for each in ids:
        order = f'{{"groups":[{{"telephone_numbers":["{number()}"],"sms":"on"}}]}}'
        pipeline.hset(f"order:{each}", mapping={"state": "received", "order": order})
    pipeline.execute()
    return ids


ROWS = (Row("get an order", one_order),)
