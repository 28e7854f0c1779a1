"""Bandwidth's callbacks that tell a new state, up to the 200 that says on disk."""

from __future__ import annotations

import itertools

import rig
from comparing import System, rates, ratio
from orders_made import LIMIT, OURS, callbacks, seed
from row import Row, at_least


def new_state(stage):
    """Each callback is of another order, so that each of them is news."""
    path = f"/callbacks/bandwidth/{OURS}/{rig.SEGMENT}"
    found = rates(
        stage,
        [
            System("ours", stage.ours, _of(stage, f"{{{OURS}}}:", path), "200"),
            System("stock", stage.stock, _of_stock(stage), "200"),
            System("limit", stage.limit, _of(stage, LIMIT, "/callback"), "200"),
        ],
    )
    yield ratio(at_least(4, "4x stock"), found, "ours", "stock")
    yield ratio(at_least(0.6, "0.6 of the limit"), found, "ours", "limit")


def _of(stage, prefix, path):
    def requests(count):
        # one in ten is there already as what the callback tells, or has ended
        made = seed(stage.client, prefix, -(-count * 10 // 9))
        return callbacks(path, [pair for at, pair in enumerate(made) if at % 10 != 9][:count])

    return requests


def _of_stock(stage):
    ids = itertools.count()

    def requests(count):
        pipeline, pairs = (
            stage.client.pipeline(transaction=False),
            [(f"a{n}", f"b{n}") for n in itertools.islice(ids, count)],
        )
        for order_id, at_bandwidth in pairs:
            pipeline.hset(f"order:{order_id}", mapping={"state": "received", "order": '{"groups":[]}'})
            pipeline.set(f"bandwidth:{at_bandwidth}", order_id)
        pipeline.execute()
        return callbacks("/callback", pairs)

    return requests


ROWS = (Row("callback, new state", new_state),)
