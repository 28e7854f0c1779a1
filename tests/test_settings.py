"""Settings: every problem at once, each with its variable's name, and no secret in any of it."""

from __future__ import annotations

import os

import pytest

from service import settings
from service.errors import Misconfigured

GOOD = {
    "TRACKER_ACCOUNTS": "5500001, 5500002,",
    "TRACKER_API_TOKEN": "the-token-of-the-api",
    "TRACKER_SECRET_KEY": "ab" * 32,
    "TRACKER_REDIS_URL": "redis://user:redis-password@store:6379/0",
    "TRACKER_BANDWIDTH_CLIENT_ID": "client",
    "TRACKER_BANDWIDTH_CLIENT_SECRET": "client-secret",
    "TRACKER_CALLBACK_BASE_URL": "https://tracker.example.com",
    "TRACKER_CALLBACK_SEGMENT": "unguessable-segment",
    "TRACKER_CALLBACK_PASSWORD": "callback: password",
}


@pytest.fixture(autouse=True)
def _alone(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    for name in os.environ:
        if name.startswith("TRACKER_") or name == "REDIS_URL":
            monkeypatch.delenv(name)


@pytest.fixture
def load(monkeypatch, tmp_path):
    """Load the settings of an environment."""

    def load(**environment):
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        return settings.load(tmp_path)

    return load


def problems(load, **environment):
    with pytest.raises(Misconfigured) as failure:
        load(**environment)
    return dict(line.split(": ", 1) for line in failure.value.detail.splitlines())


@pytest.mark.parametrize(
    "url", ["http://localhost:8080", "http://127.0.0.1", "http://[::1]:8080", "http://me.localhost"]
)
def test_a_copied_environment_does_not_turn_an_accounts_callbacks_to_this_machine(load, url):
    told = problems(load, **{**GOOD, "TRACKER_CALLBACK_BASE_URL": url})

    assert set(told) == {"TRACKER_CALLBACK_BASE_URL"}
    assert "Bandwidth cannot call this machine" in told["TRACKER_CALLBACK_BASE_URL"]
    here = load(**{**GOOD, "TRACKER_CALLBACK_BASE_URL": url, "TRACKER_BANDWIDTH_URL": "http://127.0.0.1:8180/api/v1"})
    assert here.callback_url("5500001").startswith(url)


def test_a_whole_environment_is_taken(load):
    found = load(**GOOD)

    assert found.accounts == ("5500001", "5500002")
    assert found.searches == (0.0, 5.0, 15.0, 45.0, 120.0)
    assert (
        found.callback_url("5500001") == "https://tracker.example.com/callbacks/bandwidth/5500001/unguessable-segment"
    )


def test_everything_that_is_missing_is_told_at_once(load):
    optional = {"TRACKER_REDIS_URL", "TRACKER_API_TOKEN"}

    assert set(problems(load)) == set(GOOD) - optional


WRONG = {
    "TRACKER_ACCOUNTS": "5500001,{a}",
    "TRACKER_API_TOKEN": "has blanks in the token",
    "TRACKER_SECRET_KEY": "zz" * 32,
    "TRACKER_REDIS_URL": "store:6379",
    "TRACKER_QUEUE_REDIS_URL": "http://store",
    "TRACKER_DURABILITY": "hopefully",
    "TRACKER_BANDWIDTH_URL": "api.bandwidth.com",
    "TRACKER_BANDWIDTH_CLIENT_ID": "",
    "TRACKER_BANDWIDTH_CLIENT_SECRET": "",
    "TRACKER_CLIENT_RATE": "0.001",
    "TRACKER_CALLBACK_SEGMENT": "a/segment/with/slashes",
    "TRACKER_CALLBACK_USERNAME": "with:colon",
    "TRACKER_CALLBACK_PASSWORD": "too-short",
    "TRACKER_CALLBACK_PREVIOUS_USERNAME": "before",
    "TRACKER_CALLBACK_PREVIOUS_PASSWORD": "",
    "TRACKER_OUTGOING_ALLOW": "localhost,10.0.0.1/8",
    "TRACKER_SPOOL_BYTES": "99999",
    "TRACKER_MAX_NUMBERS": "5001",
    "TRACKER_LEASE_SECONDS": "10",
    "TRACKER_EXCHANGE_SECONDS": "10",
    "TRACKER_SEARCHES": "5,1",
    "TRACKER_RATE": "0",
    "TRACKER_BURST": "0",
    "TRACKER_PROBE_SECONDS": "inf",
    "TRACKER_LOOK_FACTOR": "x",
    "TRACKER_RETENTION_DAYS": "29",
}


def test_everything_that_is_wrong_is_told_at_once_each_by_its_variable_and_quoting_nothing(load):
    found = problems(load, **WRONG)

    assert set(found) == set(WRONG) - {"TRACKER_LEASE_SECONDS", "TRACKER_CALLBACK_PREVIOUS_USERNAME"}
    told = "\n".join(found.values())
    assert not [value for value in WRONG.values() if len(value) > 8 and value in told]


@pytest.mark.parametrize("name", sorted(set(WRONG) - {"TRACKER_LEASE_SECONDS"}))
def test_each_problem_is_told_by_itself_too(load, name):
    more = {"TRACKER_LEASE_SECONDS": "10"} if name == "TRACKER_EXCHANGE_SECONDS" else {}
    more |= {"TRACKER_CALLBACK_PREVIOUS_USERNAME": "before"} if name.endswith("PREVIOUS_PASSWORD") else {}
    expected = {"TRACKER_CALLBACK_PREVIOUS_PASSWORD"} if name.endswith("PREVIOUS_USERNAME") else {name}

    assert set(problems(load, **(GOOD | more | {name: WRONG[name]}))) == expected


@pytest.mark.parametrize("searches", ["", "x", "nan", "-1,2", "1,,x"])
def test_searches_that_are_no_rising_seconds_are_told(load, searches):
    assert set(problems(load, **(GOOD | {"TRACKER_SEARCHES": searches}))) == {"TRACKER_SEARCHES"}


def test_basic_needs_its_own_pair_and_not_the_other(load):
    basic = GOOD | {"TRACKER_BANDWIDTH_AUTH": "basic", "TRACKER_BANDWIDTH_CLIENT_SECRET": ""}

    assert set(problems(load, **basic)) == {"TRACKER_BANDWIDTH_USERNAME", "TRACKER_BANDWIDTH_PASSWORD"}
    pair = {"TRACKER_BANDWIDTH_USERNAME": "u", "TRACKER_BANDWIDTH_PASSWORD": "p"}
    assert load(**basic, **pair).bandwidth_auth == "basic"


def test_secrets_may_come_from_files(load, tmp_path):
    (tmp_path / "tracker_api_token").write_text("a-token-out-of-a-file\n")
    environment = {name: value for name, value in GOOD.items() if name != "TRACKER_API_TOKEN"}

    assert load(**environment).api_token.get_secret_value() == "a-token-out-of-a-file"


def test_a_platforms_redis_url_is_taken_and_ours_goes_before_it(load):
    environment = {name: value for name, value in GOOD.items() if name != "TRACKER_REDIS_URL"}

    assert load(**environment, REDIS_URL="redis://platform/0").redis_url == "redis://platform/0"
    assert load(**GOOD).redis_url == GOOD["TRACKER_REDIS_URL"]


def test_no_secret_stands_in_the_repr(load):
    found = load(**GOOD)
    secret = ["the-token-of-the-api", "ab" * 32, "redis-password", "client-secret", "unguessable", "callback: password"]

    assert not [each for each in secret if each in f"{found!r} {found}"]


def test_a_replica_that_may_be_promoted_must_be_waited_for(load):
    behind = {**GOOD, "TRACKER_REDIS_URL": "redis+sentinel://one,two,three/orders"}

    told = problems(load, **behind)

    assert set(told) == {"TRACKER_REPLICAS_TO_WAIT"}
    assert "give at least 1, or set TRACKER_DURABILITY=unsafe" in told["TRACKER_REPLICAS_TO_WAIT"]
    assert load(**behind, TRACKER_REPLICAS_TO_WAIT="1").replicas_to_wait == 1


def test_a_replica_that_may_be_promoted_need_not_be_waited_for_where_that_is_said(load):
    behind = {**GOOD, "TRACKER_REDIS_URL": "redis+sentinel://one,two,three/orders", "TRACKER_DURABILITY": "unsafe"}
    assert load(**behind).replicas_to_wait == 0
    assert load(**{**GOOD, "TRACKER_QUEUE_REDIS_URL": behind["TRACKER_REDIS_URL"]}).replicas_to_wait == 0


def test_beside_a_cluster_bells_have_a_server_of_their_own(load):
    spread = {**GOOD, "TRACKER_REDIS_URL": "redis+cluster://one,two,three", "TRACKER_REPLICAS_TO_WAIT": "1"}

    for url in ("", spread["TRACKER_REDIS_URL"]):
        told = problems(load, **spread, TRACKER_QUEUE_REDIS_URL=url)
        assert set(told) == {"TRACKER_QUEUE_REDIS_URL"}
        assert "RQ's workers do not start on a Redis Cluster" in told["TRACKER_QUEUE_REDIS_URL"]
    assert load(**spread, TRACKER_QUEUE_REDIS_URL="redis://bells").queue_redis_url == "redis://bells"
    told = problems(load, **{**spread, "TRACKER_REPLICAS_TO_WAIT": "0", "TRACKER_QUEUE_REDIS_URL": "redis://bells"})
    assert set(told) == {"TRACKER_REPLICAS_TO_WAIT"}


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ("", ()),
        (" hooks.example.com , Receiver,10.0.0.0/8,, ", ("hooks.example.com", "Receiver", "10.0.0.0/8")),
        ("127.0.0.1,::1,fd00::/8", ("127.0.0.1", "::1", "fd00::/8")),
    ],
)
def test_hosts_and_networks_that_events_may_go_to_are_taken(load, given, found):
    assert load(**GOOD, TRACKER_OUTGOING_ALLOW=given).outgoing_allow == found


@pytest.mark.parametrize(
    "entry", ["https://hooks.example.com", "*.example.com", "hooks.example.com:443", "127.1", "10.0.0.0/33"]
)
def test_what_is_neither_a_host_nor_a_network_is_told_without_being_quoted(load, entry):
    told = problems(load, **GOOD, TRACKER_OUTGOING_ALLOW=f"localhost,{entry}")

    assert set(told) == {"TRACKER_OUTGOING_ALLOW"}
    assert told["TRACKER_OUTGOING_ALLOW"].startswith("give hosts such as")
    assert entry not in told["TRACKER_OUTGOING_ALLOW"]
