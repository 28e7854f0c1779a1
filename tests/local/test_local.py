from __future__ import annotations

import os
import re
import signal
import subprocess
import sys

import local_harness
import rig

from service.kinds import shelf
from service.lifecycle import TERMINAL
from service.local.directory import DataDirectory
from service.order_request.reading import read_order


def test_an_order_of_each_kind_completes_and_a_second_start_goes_on(data_dir):
    done = subprocess.run(
        local_harness.command(data_dir, "--once"),
        capture_output=True,
        text=True,
        env=local_harness.environment(),
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    for name, kind in shelf().items():
        assert re.search(rf"^ +{name} +complete  [0-9a-f-]{{36}}$", done.stdout, re.MULTILINE), done.stdout
        numbers = [number for _, number in read_order(kind.model, kind.example).numbers()]
        assert [number for number in numbers if f"{number}  complete" not in done.stdout] == []
    assert "\x1b[" not in done.stdout
    assert not (data_dir / "connection.json").exists()
    with local_harness.running(data_dir, "--no-sample") as run:
        local_harness.ready(run)
        with run.api() as api:
            orders = api.get("/orders").json()["orders"]
            timeline = api.get(f"/orders/{orders[0]['id']}/timeline").json()["timeline"]
        assert {each["kind"]: each["state"] for each in orders} == dict.fromkeys(shelf(), "complete")
        looks = [each for each in timeline if each["source"] in ("submit", "check")]
        assert looks
        assert all(re.fullmatch(r".+ \(pid \d+\)", each["worker"]) for each in looks)
        assert run.connection["token"] in rig.until_sync(lambda: "curl -s" in run.said() and run.said())
        check_connection_file(run)
        refused = subprocess.run(
            local_harness.command(data_dir), capture_output=True, text=True, timeout=30, check=False
        )
        assert refused.returncode == 2
        assert refused.stderr == f"Another run uses {data_dir}: end it, or give another --data-dir.\n"
        pids = run.pids
        assert run.end() == 0
    assert local_harness.alive(pids) == []
    assert not (data_dir / "connection.json").exists()


def check_connection_file(run):
    found = run.connection
    assert (run.directory / "connection.json").stat().st_mode & 0o777 == 0o600
    addresses = {"url", "sandbox_url", "redis_url"}
    assert set(found) == addresses | {"token", "account_id", "sandbox_credentials", "callback", "pids"}
    assert set(found["sandbox_credentials"]) == {"client_id", "client_secret", "username", "password"}
    assert set(found["callback"]) == {"url", "username", "password"}
    assert {role: len(pids) for role, pids in found["pids"].items()} == local_harness.ROLES
    assert found["pids"]["supervisor"] == [run.process.pid]
    assert len(local_harness.alive(found["pids"])) == 8
    secrets = [found["token"], found["callback"]["password"], found["sandbox_credentials"]["client_secret"]]
    shown = "\n".join(each.arguments for each in rig.processes())
    assert [secret for secret in secrets if secret in shown] == []


def test_a_killed_part_is_started_again_and_a_killed_run_leaves_nothing_behind(run_here, data_dir):
    # a part that a busy machine made begin twice is not there for a moment
    before = rig.until_sync(lambda: all((pids := run_here.pids).values()) and pids, 20)
    for role in ("workers", "clock", "sandbox", "api", "server"):
        os.kill(before[role][0], signal.SIGKILL)
    for role in ("workers", "clock", "sandbox", "api", "server"):
        assert len(local_harness.alive({role: run_here.restarted(role, before[role])})) == len(before[role])
    for name in ("worker-submit-1", "clock", "sandbox", "api", "server"):
        assert f"{name} was ended by SIGKILL" in run_here.said()
        assert f"{name} was started again" in run_here.said()
    with run_here.api() as api:
        body = {"groups": [{"telephone_numbers": ["2018551021", "2015550101"], "sms": "on"}]}

        def accepted():
            answer = api.post("/orders/tn-options", json=body)
            return answer.json() if answer.status_code == 202 else None

        order = rig.until_sync(accepted, 20)

        def ended():
            now = api.get(f"/orders/{order['id']}").json()
            return now if now["state"] in TERMINAL else None

        assert rig.until_sync(ended, 30)["state"] == "partial"
    pids = run_here.pids
    run_here.process.kill()
    if sys.platform == "linux":
        rig.until_sync(lambda: not local_harness.alive(pids))
        DataDirectory(data_dir).__exit__()
