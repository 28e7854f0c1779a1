"""`order-tracker doctor`: a table for people, JSON for programs, an exit code for scripts."""

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

SECRETS = ("a-token-of-the-tests", "ab" * 32, "an-unguessable-segment", "a-callback-password", "sandbox-client-secret")


@pytest.fixture
def account():
    return rig.new_account()


@pytest.fixture
def run(account, valkey, tmp_path):
    """Run the command as a process of its own."""
    token, key, segment, password, secret = SECRETS
    settings = {
        "TRACKER_ACCOUNTS": account,
        "TRACKER_API_TOKEN": token,
        "TRACKER_SECRET_KEY": key,
        "TRACKER_CALLBACK_SEGMENT": segment,
        "TRACKER_CALLBACK_PASSWORD": password,
        "TRACKER_BANDWIDTH_CLIENT_ID": "sandbox-client",
        "TRACKER_BANDWIDTH_CLIENT_SECRET": secret,
        "TRACKER_REDIS_URL": valkey.url,
    }
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("TRACKER_", "REDIS_"))}

    def run(*arguments, **changes):
        command = [sys.executable, "-m", "service.cli", "doctor", *arguments]
        environment = {**inherited, **settings, **changes}
        return subprocess.run(
            command, capture_output=True, text=True, env=environment, cwd=tmp_path, timeout=30, check=False
        )

    return run


def test_it_explains_itself():
    done = CliRunner().invoke(cli.app, ["doctor", "--help"], env={"COLUMNS": "100"})
    assert done.exit_code == 0
    assert all(each in done.output for each in ("--format", "Exit code 0", "It changes nothing"))


def test_what_fails_ends_it_with_1_and_no_secret_is_printed(run, account):
    with rig.served(build_server(Options(accounts=frozenset({account})))) as sandbox:
        done = run("--format", "json", TRACKER_BANDWIDTH_URL=f"{sandbox}/api/v1")
    assert (done.returncode, done.stderr) == (1, "")
    told = json.loads(done.stdout)
    levels = {(each["check"], each["account_id"]): each["level"] for each in told["findings"]}
    assert told["ok"] is False
    assert {levels[each] for each in (("settings", None), ("store", None), ("bandwidth", account))} == {"ok"}
    # nobody has started a clock or made a subscription
    assert {levels[each] for each in (("clock", account), ("subscription tnoptions", account))} == {"fail"}
    assert all(bool(each["do"]) == (each["level"] != "ok") for each in told["findings"])
    assert not [each for each in SECRETS if each in done.stdout]


def test_the_table_has_a_line_for_each_check_and_what_to_do(run):
    done = run(TRACKER_BANDWIDTH_URL=f"http://127.0.0.1:{rig.free_port()}/api/v1", TRACKER_DURABILITY="unsafe")
    head, *lines = done.stdout.splitlines()
    assert head.split() == ["LEVEL", "CHECK", "ACCOUNT", "FOUND", "DO"]
    (unsafe,) = [line for line in lines if line.startswith("warn") and "durability" in line]
    assert unsafe.endswith("set TRACKER_DURABILITY=strict")
    assert {line.split()[0] for line in lines} == {"ok", "warn", "fail"}


def test_every_wrong_setting_is_a_line_and_ends_it_with_2(run):
    wrong = {
        "TRACKER_RATE": "quick",
        "TRACKER_SECRET_KEY": "short",
        "TRACKER_CALLBACK_BASE_URL": "https://here.example",
    }
    done = run("--format", "json", **wrong)
    assert (done.returncode, done.stderr) == (2, "")
    told = json.loads(done.stdout)
    assert [(each["check"], each["level"], each["do"]) for each in told["findings"]] == [
        ("settings", "fail", "correct TRACKER_SECRET_KEY"),
        ("settings", "fail", "correct TRACKER_RATE"),
    ]
    assert "short" not in done.stdout
