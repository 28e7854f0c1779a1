from __future__ import annotations

import json
import socket

import pytest

from service.errors import Misconfigured
from service.local import server
from service.local.credentials import Credentials
from service.local.directory import DataDirectory
from service.local.environment import TUNABLES, Addresses, environment
from service.local.ports import HOST, Reserved, listen
from service.settings import Settings


@pytest.fixture
def made(monkeypatch, tmp_path):
    monkeypatch.setenv("TRACKER_LOOK_FACTOR", "3")
    monkeypatch.setenv("TRACKER_API_TOKEN", "the-callers-own-token")
    monkeypatch.setenv("TRACKER_QUEUE_REDIS_URL", "redis://elsewhere")
    monkeypatch.setenv("REDIS_URL", "redis://elsewhere")
    return environment(Addresses(1, 2, 3), Credentials(), tmp_path)


def test_tunables_of_the_caller_are_passed_on_and_addresses_are_not(made, tmp_path):
    assert made["TRACKER_LOOK_FACTOR"] == "3"
    assert made["TRACKER_CLOCK_SECONDS"] == TUNABLES["TRACKER_CLOCK_SECONDS"]
    assert made["TRACKER_API_TOKEN"] != "the-callers-own-token"
    assert made["TRACKER_SPOOL_DIR"] == str(tmp_path)
    assert [value for value in made.values() if "elsewhere" in value] == []


def test_the_children_can_read_what_they_are_told(made, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    for name, value in made.items():
        monkeypatch.setenv(name, value)
    read = Settings()
    assert (read.redis_url, read.queue_redis_url, read.look_factor) == ("redis://127.0.0.1:3/0", "", 3)


def test_a_taken_port_is_avoided():
    with socket.create_server((HOST, 0)) as taken:
        port = taken.getsockname()[1]
        with listen(port) as found:
            assert found.getsockname()[1] > port


def test_callers_wait_in_line_before_anybody_serves():
    with listen(20_000) as found, socket.create_connection(found.getsockname(), 1) as caller:
        assert caller.getpeername() == found.getsockname()


def test_a_reserved_port_is_nobody_elses():
    reserved = Reserved()
    with socket.socket() as other, pytest.raises(OSError, match="Address already in use"):
        other.bind((HOST, reserved.port))
    assert not server.answers(reserved.port)
    reserved.close()


def test_secrets_are_made_once(tmp_path):
    path = tmp_path / "secrets.json"
    first = Credentials.kept(path)
    assert Credentials.kept(path) == first
    assert path.stat().st_mode & 0o777 == 0o600
    assert Credentials() != first
    assert first.secret_key not in repr(first)


def test_secrets_that_an_older_version_lacked_are_added(tmp_path):
    path = tmp_path / "secrets.json"
    path.write_text(json.dumps({"secret_key": "ab" * 32}))
    first = Credentials.kept(path)
    assert first.secret_key == "ab" * 32
    assert Credentials.kept(path) == first


@pytest.mark.parametrize("text", ["", "[]", "7", '{"unknown": "x"}'])
def test_secrets_that_cannot_be_read_are_never_replaced(tmp_path, text):
    path = tmp_path / "secrets.json"
    path.write_text(text)
    with pytest.raises(Misconfigured, match="restore it, or start with another --data-dir"):
        Credentials.kept(path)
    assert path.read_text() == text


def test_a_directory_is_one_runs_at_a_time(tmp_path):
    with DataDirectory(tmp_path), pytest.raises(Misconfigured, match="Another run uses"):
        DataDirectory(tmp_path)
    with DataDirectory(tmp_path) as again:
        assert again.path.stat().st_mode & 0o777 == tmp_path.stat().st_mode & 0o777


def test_a_directory_that_cannot_be_made_is_told(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(Misconfigured, match="Not a directory"):
        DataDirectory(tmp_path / "file" / "data")


def test_without_the_extra_the_server_says_what_to_install(monkeypatch):
    monkeypatch.setattr(server, "find_spec", lambda _name: None)
    with pytest.raises(Misconfigured, match=r"bandwidth-order-tracker\[local\]"):
        server.binary()
