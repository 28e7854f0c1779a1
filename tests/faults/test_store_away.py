"""The store goes away for long, with everything else at work: nothing is lost, and nobody restarts anything by hand.

Crash point 15: the server is frozen for 30 s. Crash point 17: its disk is full, which ends it at the first write that
finds no room, and again whenever it is started.
"""

from __future__ import annotations

import base64
import json
import resource
import sys
import time
import uuid
from dataclasses import replace

import httpx
import pytest
from fault_run import FaultRun
from fault_steps import at_bandwidth, ended, state_of, submit, until

FROZEN_SECONDS = 30
FULL_SECONDS = 6
#: seconds within which every call is answered, and within which everything is itself again
SOON, BACK = 2, 5
#: seconds between two calls while the store is away
PACE = 0.2
#: bytes that are left on the disk
ROOM = 3_000
#: becomes the server with a limit on the size of its files: beyond it a write fails, as on a full disk
ON_A_SMALL_DISK = """
import os, resource, signal, sys
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]), resource.RLIM_INFINITY))
os.execv(sys.argv[2], sys.argv[2:])
"""


@pytest.fixture
def run():
    started = FaultRun(workers=1)
    try:
        yield started
    finally:
        started.end(keep=False)


@pytest.fixture
def api(run):
    headers = {"Authorization": f"Bearer {run.credentials.api_token}"}
    with httpx.Client(base_url=run.api, headers=headers, timeout=10, trust_env=False) as client:
        yield client


class Caller:
    """Orders while the store is away: it notes how long each answer took, and what was not acknowledged."""

    def __init__(self, run, api):
        self._run = run
        self._api = api
        self._numbers = iter(range(2_019_790_000, 2_019_799_999))
        self.seconds = []
        self.acknowledged = []
        #: Idempotency-Key -> the body without an answer
        self.open = {}

    def order(self):
        body = {"groups": [{"telephone_numbers": [str(next(self._numbers))], "sms": "on"}]}
        self._ask(str(uuid.uuid4()), body)

    def repeat(self):
        """Order again whatever was not acknowledged; tells whether all is now."""
        for key, body in list(self.open.items()):
            self._ask(key, body)
        return not self.open

    def _ask(self, key, body):
        began = time.monotonic()
        answer = self._api.post("/orders/tn-options", json=body, headers={"Idempotency-Key": key})
        self.seconds.append(time.monotonic() - began)
        self.open[key] = body
        if answer.status_code == 202:
            del self.open[key]
            self.acknowledged.append(answer.json()["id"])
        else:
            assert (answer.status_code, answer.headers["retry-after"]) == (503, "1"), answer.text
            assert answer.json()["order_id"]

    def call_for(self, seconds):
        until_ = time.monotonic() + seconds
        while time.monotonic() < until_:
            self.order()
            self._run.tend()
            time.sleep(PACE)


def callback(run, api):
    """Say something of an order that nobody knows, as Bandwidth would."""
    told = run.parts.environment
    account = run.api.rpartition("/")[2]
    name, password = told.get("TRACKER_CALLBACK_USERNAME", "bandwidth"), told["TRACKER_CALLBACK_PASSWORD"]
    proof = base64.b64encode(f"{name}:{password}".encode()).decode()
    return api.post(
        f"{run.parts.addresses.api}/callbacks/bandwidth/{account}/{told['TRACKER_CALLBACK_SEGMENT']}",
        content=f"<Notification><Status>COMPLETE</Status><OrderId>{uuid.uuid4()}</OrderId>"
        "<OrderType>tnoptions</OrderType></Notification>",
        headers={"Authorization": f"Basic {proof}", "Content-Type": "application/xml"},
    )


def spooled(run):
    return [*run.parts.directory.spool.glob("*.spool")]


def said(run, name):
    lines = (run.logs / f"{name}.log").read_text().splitlines()
    return [json.loads(line)["event"] for line in lines if line.startswith("{")]


def ends(run):
    """How parts ended that nobody of us had ended."""
    return {name: child.ends for name, child in run.children.items() if child.ends}


def assert_once(run, api, sandbox, ids):
    assert {each: ended(run, api, each) for each in ids} == dict.fromkeys(ids, "complete")
    assert [len(at_bandwidth(sandbox, each)) for each in ids] == [1] * len(ids)


def test_a_server_frozen_for_30_s_costs_nothing_but_the_time(run, api, sandbox, record_property):
    run.start()
    (server,) = run.named("server")
    before = [submit(run, api) for _ in range(20)]
    server.freeze()
    caller = Caller(run, api)

    caller.call_for(FROZEN_SECONDS)
    assert callback(run, api).status_code == 200
    assert caller.acknowledged == []
    assert max(caller.seconds) < SOON
    assert len(spooled(run)) == 1
    frozen = sorted(caller.seconds)
    server.go_on()
    began = time.monotonic()

    until(run, caller.repeat)
    acknowledged = time.monotonic() - began
    newest = submit(run, api)
    until(run, lambda: state_of(api, newest) == "complete")
    whole = time.monotonic() - began
    until(run, lambda: not spooled(run))
    assert acknowledged < BACK
    assert_once(run, api, sandbox, [*before, *caller.acknowledged, newest])
    assert ends(run) == {}
    # it is back once it answers a second after it had last failed: all of the above may take less
    until(run, lambda: state_of(api, newest) and "store.back" in said(run, "api"))
    assert [event for event in said(run, "api") if event.startswith("store.")] == ["store.away", "store.back"]
    for name in ("worker-submit-1", "worker-check-1", "clock"):
        events = said(run, name)
        assert max(events.count("store.away"), events.count("queue.away")) <= 1, name
        assert not any("could not connect" in each for each in events), name
    figures = {"median": frozen[len(frozen) // 2], "worst": frozen[-1], "202": acknowledged, "complete": whole}
    record_property("figures", figures)


def file_of(run):
    return max(run.root.glob("run/server/appendonlydir/*.incr.aof"))


def on_a_disk_of(program, limit):
    return replace(program, argv=(sys.executable, "-c", ON_A_SMALL_DISK, str(limit), *program.argv))


def test_a_full_disk_takes_nothing_and_loses_nothing(run, api, sandbox):
    (server,) = run.named("server")
    program = server.program
    # its disk is large at first
    server.program = on_a_disk_of(program, resource.RLIM_INFINITY)
    run.start()
    caller = Caller(run, api)
    for _ in range(10):
        caller.order()
    limit = file_of(run).stat().st_size + ROOM
    server.program = on_a_disk_of(program, limit)
    resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))

    caller.call_for(FULL_SECONDS)
    assert caller.open, "orders were refused"
    assert callback(run, api).status_code == 200
    assert max(caller.seconds) < SOON
    assert set(ends(run)) == {"server"}, ends(run)
    assert set(server.ends) == {"ended with exit code 1"}
    server.program = program
    server.kill(0)
    began = time.monotonic()

    until(run, caller.repeat)
    assert time.monotonic() - began < BACK
    assert_once(run, api, sandbox, caller.acknowledged)
    until(run, lambda: not spooled(run))
    assert set(ends(run)) == {"server"}, ends(run)
