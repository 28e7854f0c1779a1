"""`order-tracker orphans`: a table for people, JSON for programs, an exit code for scripts."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import rig
from typer.testing import CliRunner

from service import cli
from service.store import keys

sys.path.insert(0, str(Path(__file__).parent / "store"))
from kept_callbacks import hear
from verified_account import FOREIGN, UNKNOWN, account


@pytest.fixture
async def filled(valkey):
    """An account of which callbacks told of two unknown orders, one by its reference alone."""
    async with account(valkey.url) as made:
        await hear(made.book, made.account, UNKNOWN, "COMPLETE", reference="theirs")
        await hear(made.book, made.account, reference="a refe\u2028rence", order_type=None, status=None, note="hello")
        yield made


@pytest.fixture
def run(filled, valkey, tmp_path):
    """Run the command as a process of its own."""
    settings = {
        "TRACKER_ACCOUNTS": filled.account,
        "TRACKER_API_TOKEN": "a-token-of-the-tests",
        "TRACKER_SECRET_KEY": "ab" * 32,
        "TRACKER_CALLBACK_SEGMENT": "an-unguessable-segment",
        "TRACKER_CALLBACK_PASSWORD": "a-callback-password",
        "TRACKER_BANDWIDTH_CLIENT_ID": "client",
        "TRACKER_BANDWIDTH_CLIENT_SECRET": "secret",
        "TRACKER_REDIS_URL": valkey.url,
        "TRACKER_BANDWIDTH_URL": "http://127.0.0.1:9/api/v1",
    }
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("TRACKER_", "REDIS_"))}

    def run(*arguments, **changes):
        command = [sys.executable, "-m", "service.cli", "orphans", *arguments]
        environment = {**inherited, **settings, **changes}
        return subprocess.run(
            command, capture_output=True, text=True, env=environment, cwd=tmp_path, timeout=30, check=False
        )

    return run


def test_each_command_explains_itself():
    for command in ("list", "replay"):
        done = CliRunner().invoke(cli.app, ["orphans", command, "--help"], env={"COLUMNS": "100"})
        assert (done.exit_code, "--format" in done.output) == (0, True)


async def test_orphans_are_listed_for_people_and_for_programs(run, filled):
    done = run("list", filled.account)
    assert (done.returncode, done.stderr) == (0, "")
    head, *rows = done.stdout.splitlines()
    assert head.split()[:5] == ["KEY", "ORDER", "TYPE", "LAST", "STATUS"]
    assert len(rows) == 2
    told = {row.split("  ")[0]: row for row in rows}
    assert "TnOptions" in told[f"order:{UNKNOWN}"]
    assert "COMPLETE" in told[f"order:{UNKNOWN}"]
    assert "tn-options, tried 0x" in told[f"order:{UNKNOWN}"]
    assert told["reference:a refe?rence"].rstrip().endswith("-")

    shown = json.loads(run("list", filled.account, "--format", "json").stdout)["orphans"]
    assert {each["key"] for each in shown} == {f"order:{UNKNOWN}", "reference:a refe\u2028rence"}


async def test_one_is_replayed_and_its_order_is_due_to_be_fetched(run, filled):
    member = f"tn-options/{UNKNOWN}"
    await filled.client.zadd(keys.due_adopt(filled.account), {member: 9e12})

    done = run("replay", filled.account, f"order:{UNKNOWN}")

    assert done.returncode == 0
    head, row = done.stdout.splitlines()
    assert head.split()[:2] == ["KEY", "OUTCOME"]
    assert row.split("  ")[0] == f"order:{UNKNOWN}"
    assert "1 kept" in row
    assert "due now" in row
    assert await filled.client.zscore(keys.due_adopt(filled.account), member) < 9e12
    (line,) = [json.loads(each) for each in done.stderr.splitlines()]
    assert (line["event"], line["orphan"], line["outcome"], line["by"]) == (
        "orphan.replayed",
        f"order:{UNKNOWN}",
        "kept",
        "command",
    )


async def test_all_are_replayed_and_what_is_known_by_now_is_told_with_its_order(run, filled):
    order_id = await filled.accept("2015550101")
    await filled.client.rename(filled.key(f"orphan:{UNKNOWN}"), filled.key("aside"))
    await filled.send(order_id, UNKNOWN)
    await filled.client.rename(filled.key("aside"), filled.key(f"orphan:{UNKNOWN}"))
    await filled.client.zadd(keys.orphans(filled.account), {f"orphan:{UNKNOWN}": 1})

    done = json.loads(run("replay", filled.account, "--all", "--format", "json").stdout)["orphans"]

    told = {each["key"]: each for each in done}
    assert told[f"order:{UNKNOWN}"]["outcome"] == "applied"
    assert (told[f"order:{UNKNOWN}"]["order_id"], told[f"order:{UNKNOWN}"]["orders_looked_at"]) == (
        order_id,
        [order_id],
    )
    assert told["reference:a refe\u2028rence"]["outcome"] == "kept"
    assert (await filled.book.get(filled.account, order_id)).announced == "COMPLETE"
    assert await filled.client.zrange(keys.orphans(filled.account), 0, -1) == ["orphan-reference:a refe\u2028rence"]


async def test_an_account_without_orphans_is_told_in_a_line(run, filled):
    for each in await filled.client.zrange(keys.orphans(filled.account), 0, -1):
        await filled.client.delete(filled.key(each))
    done = run("list", filled.account)
    assert (done.returncode, done.stdout) == (0, f"{filled.account}: no callbacks of unknown orders.\n")


async def test_an_orphan_that_is_none_is_told_in_a_line(run, filled):
    done = run("replay", filled.account, f"order:{FOREIGN}")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == f"No callbacks are kept under order:{FOREIGN} in account {filled.account}.\n"


@pytest.mark.parametrize("arguments", [[], ["order:x", "--all"]])
def test_a_key_or_all_is_wanted(arguments):
    done = CliRunner().invoke(cli.app, ["orphans", "replay", "1", *arguments])
    assert done.exit_code == 2
    assert "Give the KEY of an orphan, or --all." in done.output


async def test_an_account_that_the_tracker_does_not_serve_is_a_wrong_setting(run):
    done = run("list", "1")
    assert (done.returncode, done.stderr, done.stdout) == (2, "TRACKER_ACCOUNTS does not name 1.\n", "")


async def test_a_store_that_is_away_is_told_in_a_line(run, filled):
    done = run("list", filled.account, TRACKER_REDIS_URL=f"redis://127.0.0.1:{rig.free_port()}/0")
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].startswith("The store did not answer")
