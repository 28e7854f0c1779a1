from __future__ import annotations

import dataclasses
import inspect
import os
import signal
import subprocess
import sys
import time
from importlib.metadata import version

import pytest
import rig
from typer.testing import CliRunner

from service import cli
from service.local import commands
from service.local.sandbox.options import Options

COMMANDS = [
    *("orders", "batches", "numbers", "events", "endpoints", "deliveries", "callbacks"),
    *("api", "worker", "workers", "clock", "doctor", "health", "verify", "after-restore", "subscriptions", "clients"),
    *("sandbox", "local"),
]
SETTINGS = {
    "TRACKER_ACCOUNTS": "9900000",
    "TRACKER_API_TOKEN": "a-token-of-the-tests",
    "TRACKER_SECRET_KEY": "ab" * 32,
    "TRACKER_CALLBACK_SEGMENT": "an-unguessable-segment",
    "TRACKER_CALLBACK_PASSWORD": "a-callback-password",
    "TRACKER_BANDWIDTH_CLIENT_ID": "client",
    "TRACKER_BANDWIDTH_CLIENT_SECRET": "secret",
    "TRACKER_REDIS_URL": "redis://127.0.0.1:9/0",
    "TRACKER_BANDWIDTH_URL": "http://127.0.0.1:9/api/v1",
}


def environment(**changes):
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("TRACKER_", "REDIS_"))}
    return {**inherited, "COLUMNS": "100", **changes}


def order_tracker(*arguments, directory=None, **changes):
    command = [sys.executable, "-m", "service.cli", *arguments]
    return subprocess.run(
        command, capture_output=True, text=True, env=environment(**changes), cwd=directory, timeout=30, check=False
    )


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(command):
    done = CliRunner().invoke(cli.app, [command, "--help"], env={"COLUMNS": "100"})
    assert done.exit_code == 0
    assert "Usage" in done.output


def test_the_list_of_commands_is_complete_and_quick():
    began = time.monotonic()
    done = order_tracker("--help")
    seconds = time.monotonic() - began
    assert done.returncode == 0
    assert [command for command in COMMANDS if f"│ {command} " not in done.stdout] == []
    # 0.25 s on a quiet machine; the suite keeps it busy
    assert seconds < 10


def test_help_loads_nothing_heavy():
    script = "import sys; import service.cli; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    heavy = {"pydantic", "httpx", "lxml", "redis", "rq", "uvicorn", "starlette", "asyncio", "structlog", "rich"}
    assert heavy & set(done.stdout.split()) == set()


def test_the_supervisor_of_a_local_run_stays_slim():
    script = "import sys; import service.cli, service.local.run; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    heavy = {"pydantic", "httpx", "lxml", "redis", "rq", "uvicorn", "starlette", "asyncio", "structlog", "rich"}
    assert heavy & set(done.stdout.split()) == set()


def test_the_version_is_the_distributions():
    done = CliRunner().invoke(cli.app, ["--version"])
    assert done.output == f"order-tracker {version('bandwidth-order-tracker')}\n"


@pytest.mark.parametrize("command", cli.WORKERS)
def test_every_dotted_name_resolves(command):
    assert callable(cli.found(command))


def test_every_option_of_the_sandbox_is_a_flag_with_its_default():
    flags = inspect.signature(commands.sandbox).parameters
    for option in dataclasses.fields(Options):
        default = flags[option.name].default
        expected = option.default
        assert default == (",".join(sorted(expected)) if option.name == "accounts" else expected)


@pytest.mark.parametrize(
    "command",
    [
        ["api"],
        ["worker", "submit"],
        ["workers"],
        ["clock"],
        ["subscriptions", "list"],
        ["verify"],
    ],
)
def test_missing_settings_are_all_named_at_once(command, tmp_path):
    done = order_tracker(*command, directory=tmp_path)
    assert done.returncode == 2
    for name in ("ACCOUNTS", "SECRET_KEY", "CALLBACK_SEGMENT", "CALLBACK_PASSWORD"):
        assert f"TRACKER_{name}: " in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("command", [["api", "--port", "0"], ["worker", "check"], ["clock"], ["verify"]])
def test_a_store_that_may_lose_orders_is_refused_in_a_sentence(command, tmp_path, valkey_without_file):
    done = order_tracker(*command, directory=tmp_path, **{**SETTINGS, "TRACKER_REDIS_URL": valkey_without_file})
    assert done.returncode == 2
    said = [line for line in done.stderr.splitlines() if not line.startswith("{")]
    assert said[0] == "The Redis server may lose acknowledged orders:"
    assert "Traceback" not in done.stderr


@pytest.fixture(scope="module")
def valkey_without_file(tmp_path_factory):
    port = rig.free_port()
    options = ["--port", str(port), "--bind", "127.0.0.1", "--dir", str(tmp_path_factory.mktemp("none")), "--save", ""]
    command = [str(rig.get_binary_path()), *options]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
        client = rig.redis.Redis(port=port)
        rig.until_sync(lambda: rig._answers(client))
        client.close()
        yield f"redis://127.0.0.1:{port}/0"
        process.kill()


@pytest.mark.parametrize("command", [["verify"], ["verify", "--repair"]])
def test_a_command_that_needs_the_store_says_in_a_line_that_it_is_away(command, tmp_path):
    done = order_tracker(*command, directory=tmp_path, **SETTINGS)
    said = [line for line in done.stderr.splitlines() if not line.startswith("{")]
    assert done.returncode == 1
    assert len(said) == 1
    assert said[0].startswith("The store did not answer as it must: ConnectionError")


def test_a_pool_without_workers_is_refused(tmp_path):
    none = ("--submit", "0", "--check", "0", "--deliver", "0")
    done = order_tracker("workers", *none, directory=tmp_path, **SETTINGS)
    assert (done.returncode, done.stderr) == (
        2,
        "A pool without workers does nothing: give --submit, --check or --deliver.\n",
    )


def test_once_needs_the_sample(tmp_path):
    done = order_tracker("local", "--once", "--no-sample", directory=tmp_path)
    assert (done.returncode, done.stderr) == (
        2,
        "--once ends with the sample order: leave out --no-sample.\n",
    )


@pytest.fixture
def own_valkey():
    """The pool's worker takes whatever is in the queue: not from the server that tests share."""
    with rig.valkey() as server:
        yield server


def test_the_pool_starts_a_killed_worker_again_and_ends_with_its_workers(own_valkey, tmp_path):
    counts = ("--submit", "1", "--check", "0", "--deliver", "0")
    command = [sys.executable, "-m", "service.cli", "workers", *counts]
    settings = environment(**SETTINGS | {"TRACKER_REDIS_URL": own_valkey.url})
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=settings, cwd=tmp_path) as pool:
        assert '"pool.started"' in pool.stderr.readline()
        first = children_of(pool.pid)
        os.kill(first[0], signal.SIGKILL)
        assert "submit-1 was ended by SIGKILL" in pool.stderr.readline()
        assert "submit-1 was started again" in pool.stderr.readline()
        second = children_of(pool.pid)
        assert len(second) == 1
        assert second != first
        pool.send_signal(signal.SIGINT)
        assert pool.wait(15) == 0
        assert children_of(pool.pid) == []


def children_of(pid):
    return [each.pid for each in rig.processes() if each.parent == pid]
