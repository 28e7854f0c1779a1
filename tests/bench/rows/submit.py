"""Sending orders: one worker process of each system, on what has been accepted before it starts."""

from __future__ import annotations

import statistics
import threading
from pathlib import Path

import httpx
import rig
from comparing import rotated
from orders_made import OURS, accept
from row import Figure, Row, at_least, at_most

_ORDERS = f"/v1/accounts/{OURS}/orders/tn-options"
OUR_WORKER = ("-m", "service.cli", "worker", "submit")
#: exchanges of one worker process, and Bandwidth's answer in the second row, in ms
_SLOTS, _SLOW = 64, 300
#: jobs of a forking worker that take about as long as our orders of one round
_FEWER = 5


def at_once(stage):
    """RQ's own worker, which forks for each job."""
    count = stage.scale.submitted
    stock = ("-c", "import stock_jobs; from rq.cli import main; main()", "worker", "--url", stage.valkey.url, "stock")
    systems = [
        ("ours", stage.ours, _ORDERS, OUR_WORKER, count),
        ("stock", stage.stock, "/orders", stock, count // _FEWER),
    ]
    found = {"ours": [], "stock": []}
    for turn in range(stage.scale.rounds):
        for name, port, path, worker, some in rotated(systems, turn):
            stage.clear()
            stage.load(port, accept(path, some))
            found[name].append(sent(stage, 0, worker, some).rate)
    ours, stock = (statistics.median(found[each]) for each in ("ours", "stock"))
    yield Figure(
        at_least(4, "4x rq worker"), ours / stock, f"ours {ours:,.0f}/s, stock {stock:,.0f}/s, one process each"
    )


def slowly(stage):
    """Where Bandwidth takes its time: the rate of starts beyond the first, against slots that are never empty."""
    count, found = stage.scale.submitted, []
    for _ in range(stage.scale.rounds):
        stage.clear()
        stage.load(stage.ours, accept(_ORDERS, count))
        found.append(sent(stage, _SLOW, OUR_WORKER, count))
    most, megabytes = min(each.most for each in found), max(each.megabytes for each in found)
    share = statistics.median((count - _SLOTS) / each.elapsed for each in found) / (_SLOTS / (_SLOW / 1000))
    yield Figure(at_least(_SLOTS, f"{_SLOTS} in flight"), most, f"{most} in flight in every round")
    yield Figure(at_least(0.95, "0.95 of what 64 slots allow"), share, f"{share:.1%} of {_SLOTS / _SLOW * 1000:,.0f}/s")
    yield Figure(at_most(150, "150 MB"), megabytes, f"{megabytes:.0f} MB at most")


class Sent:
    """What Bandwidth saw of a worker, and what the worker took."""

    def __init__(self, told, megabytes):
        moments = sorted(told["seen"].values())
        self.elapsed = moments[-1] - moments[0]
        self.rate = (len(moments) - 1) / self.elapsed
        self.most, self.megabytes = told["most"], megabytes


def sent(stage, milliseconds, worker, count):
    """Run a worker until Bandwidth has so many orders."""
    with httpx.Client(base_url=stage.carrier(milliseconds), trust_env=False) as bandwidth:
        bandwidth.delete("/_seen")
        with stage.running(worker, milliseconds) as process:
            told = rig.until_sync(lambda: _all(bandwidth, count), 900)
            return Sent(told.json(), _megabytes(process.pid))


def _all(bandwidth, count):
    threading.Event().wait(0.1)  # asked more often it would cost the worker its core
    return bandwidth.get("/_seen") if int(bandwidth.get("/_count").text) >= count else None


def _megabytes(pid):
    (line,) = [each for each in Path(f"/proc/{pid}/status").read_text().splitlines() if each.startswith("VmHWM")]
    return int(line.split()[1]) / 1024


ROWS = (Row("submit, Bandwidth at 0 ms", at_once), Row("submit, Bandwidth at 300 ms", slowly))
