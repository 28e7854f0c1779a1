"""Health by command, of real processes: they go on, hang, end, and wait for a store that is away."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time

import httpx
import pytest
import rig
from own_processes import ENVIRONMENT, environment, running
from typer.testing import CliRunner

from service import cli
from service.processes import beating


@pytest.fixture
def health(tmp_path, monkeypatch):
    """Ask in this process, as a probe beside the others would; returns the exit code and what was said."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))

    def ask(*arguments):
        done = CliRunner().invoke(cli.app, ["health", *arguments])
        return done.exit_code, done.output

    return ask


def until_well(health, *arguments):
    return rig.until_sync(lambda: health(*arguments)[0] == 0, 20)


def grow_old(tmp_path, role, seconds):
    """Let so much time pass for the beat of a process that has stopped."""
    (path,) = (tmp_path / f"order-tracker-{os.getuid()}").glob(f"{role}.*.beat")
    path.write_bytes(beating.TIME.pack(time.monotonic() - seconds))


@pytest.mark.parametrize(("arguments", "asked"), [(("worker", "check"), ("worker",)), (("clock",), ("clock",))])
def test_a_process_that_is_stopped_is_not_well_until_it_goes_on(valkey, tmp_path, health, arguments, asked):
    role = "-".join(arguments)
    with running(environment(valkey.url, tmp_path), tmp_path, *arguments) as process:
        until_well(health, *asked)
        process.send_signal(signal.SIGSTOP)
        rig.until_sync(lambda: health(*asked, "--within", "2")[0] == 1, 5)
        grow_old(tmp_path, role, 3600)
        code, said = health(*asked)
        assert (code, said.count("\n")) == (1, 1)
        assert f"{role} (pid {process.pid}) has not gone on for 3600 s" in said
        assert f"kill -9 {process.pid}" in said

        process.send_signal(signal.SIGCONT)
        until_well(health, *asked)
        process.terminate()
        assert process.wait(30) == 0
    code, said = health(*asked)
    assert (code, "start one: order-tracker" in said) == (1, True)


def test_while_the_store_is_away_everybody_waits_for_it_and_is_well(tmp_path, health):
    """It is away from the start, and a restart would mend nothing."""
    away = environment(f"redis://127.0.0.1:{rig.free_port()}/0", tmp_path)
    with running(away, tmp_path, "worker", "submit"), running(away, tmp_path, "clock"):
        until_well(health, "worker", "--queue", "submit")
        until_well(health, "clock")
        grow_old(tmp_path, "worker-submit", 3600)
        grow_old(tmp_path, "clock", 3600)
        until_well(health, "worker")
        until_well(health, "clock")


def test_a_worker_whose_store_freezes_and_goes_is_well_all_the_while(tmp_path, health):
    with rig.valkey() as server, running(environment(server.url, tmp_path), tmp_path, "worker", "check"):
        until_well(health, "worker")
        server.kill()
        grow_old(tmp_path, "worker-check", 3600)
        until_well(health, "worker", "--within", "10")


def test_only_the_queue_that_is_asked_for_counts(valkey, tmp_path, health):
    with running(environment(valkey.url, tmp_path), tmp_path, "worker", "deliver"):
        until_well(health, "worker", "--queue", "deliver")
        assert health("worker", "--queue", "submit")[0] == 1


def test_an_api_is_asked_whether_it_lives_and_whether_it_is_ready(valkey, health):
    settings = rig.settings_for(valkey.url, rig.new_account())
    with rig.served(rig.api_server(settings)) as url:
        assert health("api", "--url", url) == (0, f"healthy: {url}/livez says ok\n")
        assert health("api", "--url", f"{url}/", "--ready") == (0, f"healthy: {url}/readyz says ready\n")
        valkey.pause()
        try:
            rig.until_sync(lambda: httpx.get(f"{url}/readyz", trust_env=False).status_code == 503)
            code, said = health("api", "--url", url, "--ready")
            assert (code, "not ready The store does not answer" in said) == (1, True)
            assert health("api", "--url", url)[0] == 0
        finally:
            valkey.go_on()


def test_an_api_that_is_not_there_is_not_well(health):
    code, said = health("api", "--url", f"http://127.0.0.1:{rig.free_port()}")
    assert (code, said.count("\n"), "says nothing: no connection could be made" in said) == (1, 1, True)


@pytest.mark.parametrize(
    "arguments",
    [
        ("worker", "--queue", "nobody"),
        ("worker", "--within", "0"),
        ("clock", "extra"),
        ("api", "--url", "nonsense"),
        ("api", "--url", "ftp://localhost"),
        ("api", "--url", "http://["),
        ("api", "--url", "http://localhost:port"),
        ("nobody",),
    ],
)
def test_what_makes_no_sense_is_2(health, arguments):
    assert health(*arguments)[0] == 2


def test_it_is_quick(tmp_path):
    began = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "service.cli", "health", "worker"],
        env=ENVIRONMENT | {"TMPDIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, time.monotonic() - began < 15) == (1, True)
    imported = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}
    assert imported & {"redis", "rq", "httpx", "lxml", "structlog", "starlette", "opentelemetry"} == set()
