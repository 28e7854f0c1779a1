"""Draining what was accepted while no worker ran: bells that wait in RQ at any time, and speed."""

from __future__ import annotations

import statistics
import threading

import redis
from orders_made import OURS, accept
from row import Figure, Row, at_least, at_most
from rows.submit import OUR_WORKER, sent

from service.bells import queue_name

_ORDERS = f"/v1/accounts/{OURS}/orders/tn-options"


def backlog(stage):
    """The drain is watched until it has sent as many as the steady runs together; both have a clock beside them."""
    scale, steady, drained = stage.scale, [], []
    some = max(20, min(scale.submitted, scale.drained // (scale.rounds + 1)))
    with stage.running(["-m", "service.cli", "clock"]):
        for _ in range(scale.rounds):
            stage.clear()
            stage.load(stage.ours, accept(_ORDERS, some))
            steady.append(sent(stage, 0, OUR_WORKER, some).rate)
    stage.clear()
    stage.load(stage.ours, accept(_ORDERS, scale.drained))
    with _bells(stage) as most, stage.running(["-m", "service.cli", "clock"]):
        drained = sent(stage, 0, OUR_WORKER, scale.drained).rate
    share = drained / statistics.median(steady)
    seen = f"{drained:,.0f}/s over {scale.drained:,}, steady {statistics.median(steady):,.0f}/s"
    yield Figure(at_most(1_000, "1,000 bells in RQ"), max(most), f"{max(most)} at most")
    yield Figure(at_least(0.9, "0.9 of a steady run"), share, seen)


class _bells:  # noqa: N801  (read as a word where it is used)
    """Look at RQ's queue ten times a second; yields the list of how many bells waited."""

    def __init__(self, stage):
        self._stage, self._over, self.found = stage, threading.Event(), []

    def __enter__(self):
        self._thread = threading.Thread(target=self._look)
        self._thread.start()
        return self.found

    def __exit__(self, *_):
        self._over.set()
        self._thread.join()

    def _look(self):
        with redis.Redis(port=self._stage.valkey.port) as client:
            while True:
                self.found.append(client.llen(f"rq:queue:{queue_name('submit')}"))
                if self._over.wait(0.1):
                    return


ROWS = (Row("draining 100,000 orders", backlog),)
