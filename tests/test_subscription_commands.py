"""`order-tracker subscriptions`: a table for people, JSON for programs, an exit code for scripts."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest
import rig
from typer.testing import CliRunner

from service import cli
from service.local.sandbox.options import Options
from service.local.sandbox.server import build_server

SEGMENT = "an-unguessable-segment"


@pytest.fixture
def account():
    return rig.new_account()


@pytest.fixture
def sandbox(account):
    with rig.served(build_server(Options(accounts=frozenset({account})))) as url:
        yield url


@pytest.fixture
def run(account, sandbox, valkey, tmp_path):
    """Run the command as a process of its own."""
    settings = {
        "TRACKER_ACCOUNTS": account,
        "TRACKER_API_TOKEN": "a-token-of-the-tests",
        "TRACKER_SECRET_KEY": "ab" * 32,
        "TRACKER_CALLBACK_SEGMENT": SEGMENT,
        "TRACKER_CALLBACK_PASSWORD": "a-callback-password",
        "TRACKER_BANDWIDTH_CLIENT_ID": "sandbox-client",
        "TRACKER_BANDWIDTH_CLIENT_SECRET": "sandbox-client-secret",
        "TRACKER_REDIS_URL": valkey.url,
        "TRACKER_BANDWIDTH_URL": f"{sandbox}/api/v1",
    }
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("TRACKER_", "REDIS_"))}

    def run(*arguments, **changes):
        command = [sys.executable, "-m", "service.cli", "subscriptions", *arguments]
        environment = {**inherited, **settings, **changes}
        return subprocess.run(
            command, capture_output=True, text=True, env=environment, cwd=tmp_path, timeout=30, check=False
        )

    return run


def lines(done):
    return [json.loads(line) for line in done.stderr.splitlines() if line.startswith("{")]


def test_each_command_explains_itself():
    for command in ("ensure", "list"):
        done = CliRunner().invoke(cli.app, ["subscriptions", command, "--help"], env={"COLUMNS": "100"})
        assert (done.exit_code, "--format" in done.output) == (0, True)


def test_what_is_missing_is_listed_then_made_then_shown_whole(run, account):
    before = run("list")
    assert before.returncode == 0
    head, *rows = before.stdout.splitlines()
    assert head.split()[:3] == ["ACCOUNT", "ORDER", "TYPE"]
    assert [account, "tnoptions", "-", "-", "-", "-", "missing"] in [row.split() for row in rows]

    ensured = run("ensure")
    assert ensured.returncode == 0, ensured.stderr
    assert {line["event"] for line in lines(ensured)} == {"subscription.healed"}
    assert "missing" not in ensured.stdout

    shown = json.loads(run("list", account, "--format", "json").stdout)[account]
    assert shown["missing"] == []
    assert {(each["ours"], *each["problems"]) for each in shown["subscriptions"]} == {(True,)}
    again = run("ensure", "--format", "json")
    assert (again.returncode, json.loads(again.stdout)[account]["missing"], again.stderr) == (0, [], "")


def test_no_secret_is_printed(run):
    done = run("ensure", "--format", "json")
    printed = done.stdout + done.stderr + run("list").stdout
    assert SEGMENT not in printed
    assert "a-callback-password" not in printed


def test_ensure_ends_with_1_when_something_stays_wrong_and_list_with_0(run, account):
    wrong = {"TRACKER_CALLBACK_BASE_URL": "http://127.0.0.1:81"}
    done = run("ensure", **wrong)
    assert done.returncode == 1
    assert (
        f"{account}: Bandwidth refused this about subscriptions with 404: 14506, Callback URL is invalid" in done.stderr
    )
    assert "tnoptions" in done.stdout
    assert "subscription.unhealthy" in {line["event"] for line in lines(done)}
    assert run("list", **wrong).returncode == 0


def test_an_account_that_the_tracker_does_not_serve_is_a_wrong_setting(run):
    done = run("ensure", "1")
    assert (done.returncode, done.stderr) == (2, "TRACKER_ACCOUNTS does not name 1: its callbacks would be refused.\n")


@pytest.mark.parametrize("command", ["ensure", "list"])
def test_a_bandwidth_that_is_away_is_told_in_a_line_and_the_other_accounts_go_on(run, account, command):
    done = run(command, TRACKER_BANDWIDTH_URL=f"http://127.0.0.1:{rig.free_port()}/api/v1")
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1
    assert done.stderr.startswith(f"{account}: Bandwidth did not answer")

    two = run(command, TRACKER_ACCOUNTS=f"1,{account}")
    assert two.returncode == 1
    assert "1: Bandwidth refused this about subscriptions with 403: 1001, Access Denied" in two.stderr
    assert account in two.stdout


def test_without_the_store_subscriptions_are_made_all_the_same_with_a_warning(run, account):
    away = {"TRACKER_REDIS_URL": f"redis://127.0.0.1:{rig.free_port()}/0"}
    done = run("ensure", **away)
    assert done.returncode == 0, done.stderr
    assert {line["event"] for line in lines(done)} == {
        "store.away",
        "subscription.not_remembered",
        "subscription.healed",
    }
    assert json.loads(run("list", "--format", "json", **away).stdout)[account]["missing"] == []
