"""`order-tracker verify`: a table for people, JSON for programs, an exit code for scripts."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest
import rig
from typer.testing import CliRunner

from service import cli

sys.path.insert(0, str(Path(__file__).parent / "store"))
from verified_account import GHOST, account


@pytest.fixture
async def filled(valkey):
    async with account(valkey.url) as made:
        # the command's clock is the server's own
        made.store.offset = -60_000
        yield await made.fill()


def environment(account_id, url, **changes):
    settings = {
        "TRACKER_ACCOUNTS": account_id,
        "TRACKER_API_TOKEN": "a-token-of-the-tests",
        "TRACKER_SECRET_KEY": "ab" * 32,
        "TRACKER_CALLBACK_SEGMENT": "an-unguessable-segment",
        "TRACKER_CALLBACK_PASSWORD": "a-callback-password",
        "TRACKER_BANDWIDTH_CLIENT_ID": "client",
        "TRACKER_BANDWIDTH_CLIENT_SECRET": "secret",
        "TRACKER_REDIS_URL": url,
        "TRACKER_BANDWIDTH_URL": "http://127.0.0.1:9/api/v1",
    }
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("TRACKER_", "REDIS_"))}
    return {**inherited, **settings, **changes}


@pytest.fixture
def run(filled, valkey, tmp_path):
    """Run the command as a process of its own."""

    def run(*arguments, stderr=subprocess.PIPE, **changes):
        return subprocess.run(
            [sys.executable, "-m", "service.cli", "verify", *arguments],
            stdout=subprocess.PIPE,
            stderr=stderr,
            text=True,
            env=environment(filled.account, valkey.url, **changes),
            cwd=tmp_path,
            timeout=30,
            check=False,
        )

    return run


def test_it_explains_itself():
    done = CliRunner().invoke(cli.app, ["verify", "--help"], env={"COLUMNS": "100"})
    assert done.exit_code == 0
    for each in ("--repair", "--format", "Exit code 0", "beside the service"):
        assert each in done.output


async def test_a_clean_account_is_told_in_a_line(run, filled):
    done = run()
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == f"{filled.account}: no differences in {len(await filled.dump())} keys.\n"
    shown = json.loads(run(filled.account, "--format", "json").stdout)[filled.account]
    assert (shown["clean"], shown["differences"], shown["findings"]) == (True, 0, [])


async def test_a_difference_is_shown_then_mended_then_gone(run, filled):
    await filled.client.zrem(filled.key("orders"), filled.sent)

    found = run()
    assert (found.returncode, found.stderr) == (1, "")
    head, row, last = found.stdout.splitlines()
    assert head.split() == ["ACCOUNT", "KEY", "WHAT", "IS", "WRONG", "REPAIR", "OUTCOME"]
    assert f"It lacks order {filled.sent}, which is processing." in row
    assert row.endswith("mendable")
    assert last.startswith(f"{filled.account}: 1 difference in ")
    assert not await filled.client.zscore(filled.key("orders"), filled.sent)

    mended = run("--repair")
    assert mended.returncode == 0
    assert mended.stdout.splitlines()[1].endswith("mended")
    assert mended.stdout.endswith("; after the repair none.\n")
    assert run().returncode == 0


async def test_what_is_left_for_a_person_ends_a_repair_with_1(run, filled):
    await filled.client.rpush(filled.record(GHOST, "timeline"), "{}")
    await filled.client.hset(filled.record(filled.ended), "completed_numbers", 9)

    done = run("--repair", "--format", "json")

    assert done.returncode == 1
    shown = json.loads(done.stdout)[filled.account]
    assert (shown["clean"], {each["outcome"] for each in shown["findings"]}) == (False, {"mended", "left"})
    assert [each["key"] for each in shown["remaining"]["findings"]] == [filled.record(GHOST, "timeline")]


async def test_progress_is_shown_on_a_terminal(run, filled):
    terminal, end = pty.openpty()
    done = run(stderr=end)
    os.close(end)
    assert done.returncode == 0
    assert f"{filled.account}: " in os.read(terminal, 4096).decode()
    os.close(terminal)


async def test_an_account_that_the_tracker_does_not_serve_is_a_wrong_setting(run):
    done = run("1")
    assert (done.returncode, done.stderr, done.stdout) == (2, "TRACKER_ACCOUNTS does not name 1.\n", "")


async def test_a_store_that_is_away_is_told_in_a_line(run):
    done = run(TRACKER_REDIS_URL=f"redis://127.0.0.1:{rig.free_port()}/0")
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1
    assert done.stderr.startswith("The store did not answer")
