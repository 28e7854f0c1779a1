"""`order-tracker after-restore`: counts for people and programs, and no mark while workers are alive."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest
import rig
from rq import SimpleWorker
from rq.utils import utcformat
from typer.testing import CliRunner

from service import cli
from service.bells import queue
from service.store.server.connecting import connect_blocking


@pytest.fixture
def server():
    with rig.valkey() as alone:
        yield alone


@pytest.fixture
async def world(server):
    async with rig.world(server.url) as made:
        yield made


@pytest.fixture
def run(world, server, tmp_path):
    """Run the command as a process of its own."""

    def run(*arguments, **changes):
        settings = {
            "TRACKER_ACCOUNTS": world.account,
            "TRACKER_API_TOKEN": "a-token-of-the-tests",
            "TRACKER_SECRET_KEY": "ab" * 32,
            "TRACKER_CALLBACK_SEGMENT": "an-unguessable-segment",
            "TRACKER_CALLBACK_PASSWORD": "a-callback-password",
            "TRACKER_BANDWIDTH_CLIENT_ID": "client",
            "TRACKER_BANDWIDTH_CLIENT_SECRET": "secret",
            "TRACKER_REDIS_URL": server.url,
            "TRACKER_BANDWIDTH_URL": "http://127.0.0.1:9/api/v1",
        }
        inherited = {name: value for name, value in os.environ.items() if not name.startswith(("TRACKER_", "REDIS_"))}
        return subprocess.run(
            [sys.executable, "-m", "service.cli", "after-restore", *arguments],
            capture_output=True,
            text=True,
            env={**inherited, **settings, **changes},
            cwd=tmp_path,
            timeout=30,
            check=False,
        )

    return run


@pytest.fixture
def born(server):
    """Let a worker tell RQ of itself, as one that works there does."""
    connection = connect_blocking(server.url)

    def born(seconds_ago=0):
        worker = SimpleWorker([queue("submit", connection)], connection=connection)
        worker.register_birth()
        heard = datetime.now(UTC) - timedelta(seconds=seconds_ago)
        connection.hset(worker.key, "last_heartbeat", utcformat(heard))

    yield born
    connection.close()


async def states(world, *orders):
    return [(await world.order(each["id"]))["state"] for each in orders]


def test_it_explains_itself():
    done = CliRunner().invoke(cli.app, ["after-restore", "--help"], env={"COLUMNS": "100"})
    assert done.exit_code == 0
    for each in ("--force", "--format", "Exit code 0", "Run it once"):
        assert each in done.output


async def test_it_counts_what_it_changed_and_a_second_time_nothing(run, world):
    orders = [await world.submit() for _ in range(2)]

    done = run()

    assert (done.returncode, done.stderr) == (0, "")
    head, row, last = done.stdout.splitlines()
    assert head.split() == ["ACCOUNT", "ACCEPTED", "HELD", "SUBMITTING", "NEEDS_ATTENTION"]
    assert row.split() == [world.account, "1", "1", "0", "0"]
    assert last == "2 orders will be looked for at Bandwidth before anything is sent."
    assert await states(world, *orders) == ["uncertain"] * 2
    again = run(world.account, "--format", "json")
    assert again.returncode == 0
    none = {"accepted": 0, "held": 0, "submitting": 0, "needs_attention": 0}
    assert json.loads(again.stdout) == {world.account: none}


async def test_it_does_nothing_while_workers_are_alive_unless_it_is_forced(run, world, born):
    order = await world.submit()
    born()

    refused = run()

    assert (refused.returncode, refused.stdout) == (1, "")
    assert f"alive and may be sending orders that were sent before: submit on {os.uname().nodename}" in refused.stderr
    assert "--force" in refused.stderr
    assert await states(world, order) == ["accepted"]
    forced = run("--force")
    assert (forced.returncode, forced.stdout.splitlines()[-1][:7]) == (0, "1 order")
    assert await states(world, order) == ["uncertain"]


async def test_workers_that_came_with_the_backup_are_not_alive(run, world, server, born):
    born(seconds_ago=10)
    server.kill()
    server.start_again()

    assert run().returncode == 0


async def test_a_strange_account_and_a_store_that_is_away_are_told_in_a_line(run):
    strange = run("1")
    assert (strange.returncode, strange.stderr) == (2, "TRACKER_ACCOUNTS does not name 1.\n")
    away = run(TRACKER_REDIS_URL=f"redis://127.0.0.1:{rig.free_port()}/0")
    assert (away.returncode, len(away.stderr.splitlines())) == (1, 1)
    assert away.stderr.startswith("The store did not answer")
