"""Where rows are measured: one server, and beside it the processes that a row asks for, each as an operator runs it."""

from __future__ import annotations

import contextlib
import json
import os
import pickle
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import httpx
import redis
import rig
from orders_made import LIMIT, OURS, SMALL

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
#: connections of the load where throughput is measured
CONNECTIONS = 64


@dataclass(frozen=True, slots=True)
class Scale:
    """How large a run is; the smoke test's is tiny."""

    rounds: int = 5
    #: seconds that one system is under load in one round
    seconds: float = 2.5
    #: orders that many is, as against few
    many: int = 1_000_000
    few: int = 1_000
    #: orders of a drain, of memory, of one round of a worker
    drained: int = 100_000
    remembered: int = 20_000
    submitted: int = 2_000
    #: telephone numbers of orders that are large, and of orders that are very large
    large: int = 1_000
    largest: int = 5_000
    #: exchanges that are measured one after the other
    idle: int = 100
    #: requests at most of one system in one round
    most: int = 20_000
    #: whether the server writes to a disk, as in production, or to where it is quickest
    on_disk: bool = True


SMOKE = Scale(
    rounds=1,
    seconds=0.02,
    many=300,
    few=100,
    drained=60,
    remembered=50,
    submitted=70,
    large=20,
    largest=50,
    idle=3,
    most=30,
    on_disk=False,
)


@dataclass
class Stage:
    """One server; what is started on it ends with it."""

    scale: Scale
    valkey: rig.Valkey
    ending: contextlib.ExitStack
    _carriers: dict[int, str] = field(default_factory=dict)

    def clear(self):
        # else what was there is freed while the next row measures
        self.client.execute_command("FLUSHALL", "SYNC")

    @cached_property
    def client(self):
        return redis.Redis(port=self.valkey.port, decode_responses=True)

    @cached_property
    def ours(self):
        return self.serve(["-m", "service.cli", "api", "--port"], f"/v1/accounts/{OURS}/orders")

    @cached_property
    def stock(self):
        return self.serve(["-m", "uvicorn", "stock_app:app", "--no-access-log", "--port"], "/docs")

    @cached_property
    def limit(self):
        return self.serve(["-m", "uvicorn", "limit_app:app", "--no-access-log", "--port"], "/orders/none")

    def carrier(self, milliseconds):
        """Return the address of a Bandwidth that takes so long for an answer."""
        if milliseconds not in self._carriers:
            port = rig.free_port()
            self.ending.enter_context(self.running([str(HERE / "carrier.py"), str(port), str(milliseconds)]))
            rig.until_sync(lambda: _listens(port), 20)
            self._carriers[milliseconds] = f"http://127.0.0.1:{port}"
        return self._carriers[milliseconds]

    def serve(self, command, path):
        port = rig.free_port()
        self.ending.enter_context(self.running([*command, str(port)]))
        headers = {"Authorization": f"Bearer {rig.TOKEN}"}
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", headers=headers, trust_env=False) as client:
            rig.until_sync(lambda: _answers(client, path), 30)
        return port

    @contextlib.contextmanager
    def running(self, command, milliseconds=None, **settings):
        """Run a Python process as an operator does; Bandwidth takes so many milliseconds, or is not asked."""
        carrier = "http://127.0.0.1:9" if milliseconds is None else self.carrier(milliseconds)
        process = subprocess.Popen(
            [sys.executable, *command],
            env={**os.environ, **environment(self.valkey.url, carrier), **settings},
            cwd=ROOT,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            yield process
        finally:
            process.terminate()
            process.wait(40)

    def load(self, port, requests, connections=CONNECTIONS, status="202"):
        """Send requests, and return what the load generator saw; fails when an answer is not the one expected."""
        seen = self.loading(port, requests, connections)
        return self.seen(seen, requests, status)

    def loading(self, port, requests, connections):
        process = subprocess.Popen(
            [sys.executable, str(HERE / "load.py"), str(port), str(min(connections, len(requests)))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        process.stdin.write(pickle.dumps(requests))
        process.stdin.close()
        return process

    def seen(self, process, requests, status):
        with process.stdout as answer:
            text = answer.read()
        assert process.wait() == 0, "the load generator broke off"
        told = json.loads(text)
        assert told["statuses"] == {status: len(requests)}, told["statuses"]
        return Seen(len(requests) / told["elapsed"], told["seconds"])

    @contextlib.contextmanager
    def keeping_up(self):
        """Let nothing stay due, as workers do that keep up: so every order that is accepted rings its bell."""
        over = threading.Event()

        def empty():
            with redis.Redis(port=self.valkey.port) as client:
                while not over.wait(0.02):
                    client.delete(f"{{{OURS}}}:due:submit")

        thread = threading.Thread(target=empty)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()


@dataclass(frozen=True, slots=True)
class Seen:
    """One load: requests a second, and the seconds of each."""

    rate: float
    seconds: list[float]

    @property
    def p50(self):
        return 1000 * statistics.median(self.seconds)

    @property
    def p99(self):
        return 1000 * statistics.quantiles(self.seconds, n=100)[-1]


def environment(redis_url, carrier_url):
    """Return the environment of all systems."""
    settings = {
        "ACCOUNTS": f"{OURS},{SMALL}",
        "API_TOKEN": rig.TOKEN,
        "SECRET_KEY": "ab" * 32,
        "BANDWIDTH_URL": f"{carrier_url}/api/v1",
        "BANDWIDTH_CLIENT_ID": "bench",
        "BANDWIDTH_CLIENT_SECRET": "a-secret-of-the-bench",
        "CALLBACK_PASSWORD": rig.CALLBACK[1],
        "CALLBACK_SEGMENT": rig.SEGMENT,
        "CLIENT_RATE": "0",
        # what Bandwidth allows an account is not what is measured
        "RATE": "1000000",
        "BURST": "100000",
    }
    return {
        **{f"TRACKER_{name}": value for name, value in settings.items()},
        "REDIS_URL": redis_url,
        "CARRIER_URL": carrier_url,
        "LIMIT_PREFIX": LIMIT,
        "API_TOKEN": rig.TOKEN,
        "CALLBACK_PASSWORD": rig.CALLBACK[1],
        "PYTHONPATH": f"{ROOT}:{HERE}",
    }


@contextlib.contextmanager
def stage(scale):
    with rig.valkey(tempfile.gettempdir() if scale.on_disk else None) as valkey, contextlib.ExitStack() as ending:
        made = Stage(scale, valkey, ending)
        # a rewrite of the file would fall into one round, of one system
        made.client.config_set("auto-aof-rewrite-percentage", 0)
        yield made


def _answers(client, path):
    try:
        return client.get(path).status_code == 200
    except httpx.TransportError:
        return False


def _listens(port):
    with socket.socket() as asking:
        return asking.connect_ex(("127.0.0.1", port)) == 0
