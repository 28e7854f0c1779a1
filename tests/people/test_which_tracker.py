"""Where the tracker is: options before the environment, and a local run only as a whole."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from service.errors import Misconfigured
from service.people import connection
from service.people.connection import Connection

LOCAL = {"url": "http://127.0.0.1:8080", "token": "local-token", "account_id": "9900000"}


@pytest.fixture
def local(tmp_path):
    (tmp_path / ".local").mkdir()
    path = tmp_path / ".local" / "connection.json"
    path.write_text(json.dumps(LOCAL))
    return path


@pytest.fixture
def environment(monkeypatch):
    def setting(**values):
        for name, value in values.items():
            monkeypatch.setenv(f"ORDER_TRACKER_{name}", value)

    return setting


def test_the_environment_says_where(environment):
    environment(URL="https://a.example", TOKEN="token", ACCOUNT="1")
    assert connection.find(None, None, None) == Connection("https://a.example", "token", "1")


def test_options_go_before_the_environment(environment, tmp_path):
    environment(URL="https://a.example", TOKEN="token", ACCOUNT="1")
    (tmp_path / "token").write_text("filed\n")
    found = connection.find("https://b.example", tmp_path / "token", "2")
    assert found == Connection("https://b.example", "filed", "2")
    assert "filed" not in repr(found)


def test_a_local_run_beside_us_is_found(local):
    assert connection.find(None, None, None) == Connection(*LOCAL.values())
    assert connection.find(None, None, "7").account_id == "7"


@pytest.mark.parametrize("given", [{"URL": "https://a.example"}, {"TOKEN": "token"}])
def test_the_token_of_a_local_run_goes_nowhere_else_and_no_other_one_there(local, environment, given):
    environment(**given)
    with pytest.raises(Misconfigured, match="To talk to a tracker, set:"):
        connection.find(None, None, None)


def test_everything_that_is_missing_is_named_at_once():
    with pytest.raises(Misconfigured) as caught:
        connection.find(None, None, None)
    said = caught.value.detail
    assert all(f"  ORDER_TRACKER_{each}: " in said for each in ("URL", "TOKEN", "ACCOUNT"))
    assert "in the directory of a running `order-tracker local`" in said


def test_only_what_is_missing_is_named(environment):
    environment(URL="https://a.example", ACCOUNT="1")
    with pytest.raises(Misconfigured) as caught:
        connection.find(None, None, None)
    assert "ORDER_TRACKER_TOKEN" in caught.value.detail
    assert "ORDER_TRACKER_URL" not in caught.value.detail
    assert "order-tracker local`" not in caught.value.detail


@pytest.mark.parametrize(
    ("content", "words"),
    [(None, "No such file"), (b"", "is empty"), (b" \n", "is empty"), (b"\xff\xfe", "it is no text")],
)
def test_a_token_file_that_holds_none(tmp_path, content, words):
    path = tmp_path / "token\x1b[2J"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(Misconfigured, match=words) as caught:
        connection.find("https://a.example", path, "1")
    assert "\x1b" not in caught.value.detail


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"url": "http://x"}', "\x00"])
def test_a_local_file_that_is_not_whole(local, content):
    local.write_text(content)
    with pytest.raises(Misconfigured, match=r"connection\.json cannot be read"):
        connection.find(None, None, None)


@pytest.mark.parametrize("url", ["nonsense", "ftp://a.example", "https://user:x@a.example"])
def test_an_address_that_is_none_is_wrong_use(run, url, tmp_path):
    Path("token").write_text("t")
    done = run(None, "orders", "list", "--url", url, "--token-file", "token", "--account", "1")
    assert (done.exit_code, done.stdout) == (2, "")
    assert "is no address of a tracker" in done.stderr
