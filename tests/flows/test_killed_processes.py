"""Real processes, killed and frozen: nothing is lost, nothing is sent twice, and nobody restarts anything by hand."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections import Counter
from pathlib import Path

import httpx
import pytest
import rig

sys.path.insert(0, str(Path(__file__).parents[1] / "local"))
import local_harness

SHORT = {"TRACKER_LEASE_SECONDS": "3", "TRACKER_EXCHANGE_SECONDS": "2", "TRACKER_LOOK_FACTOR": "0.2"}


@pytest.fixture
def run(tmp_path):
    with local_harness.running(tmp_path / "data", "--no-sample", **SHORT) as started:
        yield local_harness.ready(started)


def faults(run, **faults):
    httpx.put(f"{run.connection['sandbox_url']}/_sandbox/faults", json=faults, trust_env=False).raise_for_status()


def ledger(run):
    return httpx.get(f"{run.connection['sandbox_url']}/_sandbox/orders", trust_env=False).json()


def submit(api, number):
    answer = api.post("/orders/tn-options", json={"groups": [{"telephone_numbers": [number], "sms": "on"}]})
    assert answer.status_code == 202, answer.text
    return answer.json()["id"]


def state(api, order_id):
    return api.get(f"/orders/{order_id}").json()["state"]


def kill(pids):
    for pid in pids:
        os.kill(pid, signal.SIGKILL)


def test_killing_every_worker_and_the_clock_in_mid_flight_loses_and_doubles_nothing(run):
    faults(run, latency_ms=300)
    with run.api() as api:
        ids = [submit(api, f"201777{number:04d}") for number in range(50)]
        rig.until_sync(lambda: Counter(state(api, each) for each in ids)["submitting"], 10)
        kill([*run.pids["workers"], *run.pids["clock"]])
        faults(run)

        rig.until_sync(lambda: all(state(api, each) == "complete" for each in ids), 60)

    made = Counter(each["customer_order_id"] for each in ledger(run) if each["order_id"])
    assert made == Counter(dict.fromkeys(ids, 1))


def test_a_worker_frozen_past_its_lease_changes_nothing_when_it_wakes_but_delivers_the_id(run):
    """It is frozen while it waits for the answer: the POST is out, Bandwidth has taken it."""
    faults(run, latency_ms=1500)
    with run.api() as api:
        order_id = submit(api, "2017770001")
        rig.until_sync(lambda: [each for each in ledger(run) if each["posts"]], 10)
        frozen = run.pids["workers"]
        for pid in frozen:
            os.kill(pid, signal.SIGSTOP)
        woken_at = time.monotonic() + 4.5
        rig.until_sync(lambda: time.monotonic() > woken_at, 10)
        for pid in frozen:
            os.kill(pid, signal.SIGCONT)
        faults(run)

        rig.until_sync(lambda: state(api, order_id) == "complete", 40)
        events = [each["event"] for each in api.get(f"/orders/{order_id}/timeline").json()["timeline"]]

    (entry,) = ledger(run)
    assert (entry["posts"], entry["status"]) == (1, "COMPLETE")
    assert set(events) & {"late_answer", "answer_lost", "found", "sent"}


def test_a_worker_frozen_before_it_writes_never_writes(run):
    """Every POST of a frozen process is either there when it freezes, or comes from another process later."""
    with run.api() as api:
        workers = run.pids["workers"]
        for pid in workers:
            os.kill(pid, signal.SIGSTOP)
        order_id = submit(api, "2017770002")
        woken_at = time.monotonic() + 3.5
        rig.until_sync(lambda: time.monotonic() > woken_at, 10)
        assert ledger(run) == []
        for pid in workers:
            os.kill(pid, signal.SIGCONT)

        rig.until_sync(lambda: state(api, order_id) == "complete", 40)

    (entry,) = ledger(run)
    assert entry["posts"] == 1


def test_a_killed_store_comes_back_with_everything_it_acknowledged(run):
    with run.api() as api:
        ids = [submit(api, f"201776{number:04d}") for number in range(10)]
        before = run.pids["server"]
        kill(before)
        run.restarted("server", before)

        def all_complete():
            try:
                return all(state(api, each) == "complete" for each in ids)
            except (httpx.HTTPError, KeyError):
                return False

        rig.until_sync(all_complete, 60)

    made = Counter(each["customer_order_id"] for each in ledger(run) if each["order_id"])
    assert made == Counter(dict.fromkeys(ids, 1))
