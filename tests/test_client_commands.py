"""`order-tracker clients`: tokens are printed once and alone; a table for people, JSON for programs."""

from __future__ import annotations

import json

import httpx
import pytest
import rig
from typer.testing import CliRunner

from service import cli, logs
from service.errors import Misconfigured, TrackerError


@pytest.fixture
def run(valkey, monkeypatch, tmp_path):
    """Run a command in a process that has these settings; returns its result, errors as `main` tells them."""
    account = rig.new_account()
    settings = {
        "ACCOUNTS": f"{account},{account}0",
        "SECRET_KEY": "ab" * 32,
        "CALLBACK_SEGMENT": "an-unguessable-segment",
        "CALLBACK_PASSWORD": "a-callback-password",
        "BANDWIDTH_CLIENT_ID": "client",
        "BANDWIDTH_CLIENT_SECRET": "secret",
        "REDIS_URL": valkey.url,
        "BANDWIDTH_URL": "http://127.0.0.1:9/api/v1",
    }
    for name, value in settings.items():
        monkeypatch.setenv(f"TRACKER_{name}", value)
    monkeypatch.setenv("LOGNAME", "ada")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(logs, "configure", lambda process: None)

    def run(*arguments):
        done = CliRunner().invoke(cli.app, ["clients", *arguments])
        assert done.exception is None or isinstance(done.exception, SystemExit | TrackerError), done.exception
        return done

    run.account = account
    return run


def named(run, name):
    found = json.loads(run("list", "--format", "json").stdout)["clients"]
    return next(each for each in found if each["name"] == name)


def token_of(done):
    assert done.exit_code == 0, done.output
    (token,) = done.stdout.splitlines()
    return token


@pytest.fixture
def is_good(run, valkey):
    """Tell whether an API process takes a token."""
    settings = rig.settings_for(valkey.url, run.account, api_token="")
    path = f"/v1/accounts/{run.account}/orders"
    with rig.served(rig.api_server(settings)) as url, httpx.Client(base_url=url, trust_env=False) as api:
        yield lambda token: api.get(path, headers={"Authorization": f"Bearer {token}"}).status_code == 200


def test_each_command_explains_itself():
    for command in ("create", "change", "rotate", "revoke", "list", "audit"):
        done = CliRunner().invoke(cli.app, ["clients", command, "--help"], env={"COLUMNS": "100"})
        assert done.exit_code == 0
        assert len(done.output) > 200


def test_a_client_lives_from_create_to_revoke(run, is_good):
    name = f"life-{run.account}"
    made = run("create", name, "--scope", "orders:read", "--account", run.account, "--rate", "5")
    first = token_of(made)
    assert first.startswith(f"{name}.")
    assert "shown this once" in made.stderr
    assert first not in made.stderr
    assert is_good(first)

    second = token_of(run("rotate", name, "--overlap", "30m"))
    assert [is_good(each) for each in (first, second)] == [True, True]
    assert f"live, secret before it till {named(run, name)['previous_secret_until'][:10]}" in run("list").stdout
    third = token_of(run("rotate", name, "--overlap", "0"))
    assert [is_good(each) for each in (third, first, second)] == [True, False, False]

    assert run("change", name, "--scope", "admin", "--scope", "read:personal", "--all-accounts").exit_code == 0
    told = named(run, name)
    assert (told["scopes"], told["accounts"], told["rate"]) == (["admin", "read:personal"], ["*"], 5)
    assert run("revoke", name).exit_code == 0
    assert run("revoke", name).exit_code == 0
    rig.until_sync(lambda: not is_good(third), 2)
    assert named(run, name)["revoked_at"]

    row = next(line for line in run("list").stdout.splitlines() if line.startswith(name))
    assert "admin, read:personal" in row
    assert "  all  " in row
    assert "  5/s  " in row
    assert "revoked 20" in row
    done = json.loads(run("audit", "--format", "json").stdout)["deeds"]
    mine = [each for each in reversed(done) if each["subject"] == name]
    assert [each["action"] for each in mine] == ["create", "rotate", "rotate", "change", "revoke"]
    assert {each["by"] for each in mine} == {"command (ada)"}
    assert name in run("audit").stdout
    everything = run("list").stdout + run("list", "--format", "json").stdout + run("audit").stdout
    assert not [each for each in (first, second, third) if each.partition(".")[2] in everything]


def test_a_rotation_that_is_repeated_says_which_token_is_good_no_more_and_which_one_is(run, is_good):
    name = f"lost-{run.account}"
    in_use = token_of(run("create", name, "--scope", "orders:read", "--account", run.account))
    done = run("rotate", name)
    assert done.stderr.endswith("shown this once; the one before is good for 24h more.\n")
    again = run("rotate", name, "--overlap", "30m")
    assert (
        "it replaces the one made minutes ago, which is good no more; the one before both is good for 30m"
        in again.stderr
    )
    assert [is_good(token_of(each)) for each in (again, done)] == [True, False]
    assert is_good(in_use)
    ended = run("rotate", name, "--overlap", "0")
    assert ended.stderr.endswith("shown this once; all before it are good no more.\n")
    assert [is_good(each) for each in (token_of(ended), token_of(again), in_use)] == [True, False, False]


def test_a_name_is_one_clients_for_ever(run):
    name = f"once-{run.account}"
    order = ("create", name, "--scope", "admin", "--all-accounts")
    assert run(*order).exit_code == 0
    assert "take another name" in run(*order).exception.detail
    run("revoke", name)
    assert "take another name" in run(*order).exception.detail
    for command in (("rotate", name), ("change", name, "--rate", "1")):
        assert f"{name} is revoked" in run(*command).exception.detail
    taken = run("create", "default", "--scope", "admin", "--all-accounts")
    assert "take another name" in taken.exception.detail


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("create", "a.b", "--scope", "admin", "--all-accounts"), "no name"),
        (("create", "Upper", "--scope", "admin", "--all-accounts"), "no name"),
        (("create", "-a", "--scope", "admin", "--all-accounts"), "No such option"),
        (("create", "a" * 64, "--scope", "admin", "--all-accounts"), "no name"),
        (("create", "a\n", "--scope", "admin", "--all-accounts"), "no name"),
        (("create", "a", "--scope", "orders:delete", "--all-accounts"), "orders:delete"),
        (("create", "a", "--all-accounts"), "--scope"),
        (("create", "a", "--scope", "admin"), "--account"),
        (("create", "a", "--scope", "admin", "--account", "1", "--all-accounts"), "not both"),
        (("create", "a", "--scope", "admin", "--account", "1"), "does not name 1"),
        (("create", "a", "--scope", "admin", "--all-accounts", "--rate", "-1"), "give 0"),
        (("change", "nobody", "--rate", "nan"), "give 0"),
        (("create", "a", "--scope", "admin", "--all-accounts", "--rate", "inf"), "give 0"),
        (("change", "nobody"), "what is to change"),
        (("change", "nobody", "--rate", "1"), "no client 'nobody'"),
        (("rotate", "nobody"), "no client 'nobody'"),
        (("rotate", "nobody", "--overlap", "24"), "24h"),
        (("rotate", "nobody", "--overlap", "-1h"), "24h"),
        (("rotate", "nobody", "--overlap", "1e9h"), "24h"),
        (("revoke", "nobody"), "no client 'nobody'"),
    ],
)
def test_what_is_wrong_is_refused_and_says_why(run, arguments, said):
    done = run(*arguments)
    told = done.output + (done.exception.detail if isinstance(done.exception, TrackerError) else "")
    assert done.exit_code != 0
    assert said in " ".join(told.replace("│", " ").split())


def test_settings_that_are_wrong_are_told(run, monkeypatch):
    monkeypatch.setenv("TRACKER_SECRET_KEY", "short")
    assert isinstance(run("list").exception, Misconfigured)
