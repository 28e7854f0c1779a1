"""Accepting orders, up to the 202 that says on disk."""

from __future__ import annotations

import statistics

from comparing import System, rates, ratio
from orders_made import OURS, accept
from row import Figure, Row, at_least, at_most

#: connections of the clients beside those of very large orders
_OTHERS = 2
_PATH = f"/v1/accounts/{OURS}/orders/tn-options"


def systems(stage, numbers):
    """Return the three of them, with requests of so many numbers."""
    return [
        System("ours", stage.ours, lambda count: accept(_PATH, count, numbers)),
        System("stock", stage.stock, lambda count: accept("/orders", count, numbers)),
        System("limit", stage.limit, lambda count: accept("/orders", count, numbers)),
    ]


def one(stage):
    with stage.keeping_up():
        found = rates(stage, systems(stage, 1))
    yield ratio(at_least(4, "4x stock"), found, "ours", "stock")
    yield ratio(at_least(0.6, "0.6 of the limit"), found, "ours", "limit")


def large(stage):
    with stage.keeping_up():
        found = rates(stage, systems(stage, stage.scale.large)[:2], warm=20)
    yield ratio(at_least(3, "3x stock"), found, "ours", "stock")


def beside_the_largest(stage):
    """Other clients send small orders one after the other while very large ones come without a pause."""
    scale, slow, alone = stage.scale, [], []
    with stage.keeping_up():
        stage.load(stage.ours, accept(_PATH, min(200, scale.most)))
        for _ in range(scale.rounds):
            small = accept(_PATH, max(10, min(1_000, scale.most)))
            alone.append(stage.load(stage.ours, small, _OTHERS).p99)
            largest = accept(_PATH, max(4, round(scale.seconds * 40)), scale.largest)
            loading = stage.loading(stage.ours, largest, 1)
            small = accept(_PATH, max(10, min(1_000, scale.most)))
            slow.append(stage.load(stage.ours, small, _OTHERS).p99)
            stage.seen(loading, largest, "202")
    seen = f"p99 {statistics.median(slow):.1f} ms, without them {statistics.median(alone):.1f} ms"
    yield Figure(at_most(20, "20 ms p99 of others"), statistics.median(slow), seen)


ROWS = (
    Row("accept, 1 number", one),
    Row("accept, 1,000 numbers", large),
    Row("accept, 5,000 numbers", beside_the_largest),
)
