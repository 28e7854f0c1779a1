"""Beats: what others on this machine see of a process, whatever becomes of it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest
import rig

from service.processes import beat, beating
from service.processes.beat import Beat
from service.processes.beating import seen


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path / f"order-tracker-{os.getuid()}"


def age(folder, seconds):
    """Let the one beat be so old."""
    (path,) = folder.glob("*.beat")
    path.write_bytes(beating.TIME.pack(time.monotonic() - seconds))


def test_a_process_is_seen_while_it_is_entered_and_its_beat_grows_old_when_it_does_not_go_on(folder):
    with Beat("clock") as clock:
        clock.go_on()
        (found,) = seen("clock")
        assert (found.role, found.pid, found.seconds_ago < 1) == ("clock", os.getpid(), True)
        age(folder, 90)
        assert seen("clock")[0].seconds_ago == pytest.approx(90, abs=1)
    assert seen("clock") == []
    assert list(folder.iterdir()) == []


def test_a_clock_that_is_set_lets_nobody_look_hung(monkeypatch):
    with Beat("clock") as clock:
        clock.go_on()
        now = time.time()
        monkeypatch.setattr(time, "time", lambda: now + 3600)
        assert seen("clock")[0].seconds_ago < 60


def test_what_an_earlier_process_of_the_same_pid_has_left_has_another_name(folder):
    with Beat("clock"):
        (first,) = folder.glob("*.beat")
    with Beat("clock"):
        assert not first.exists()
        assert len(seen("clock")) == 1


def test_a_disk_that_takes_nothing_keeps_no_process_from_its_work(folder, monkeypatch):
    with Beat("clock") as clock:
        age(folder, 90)
        monkeypatch.setattr(beat.os, "pwrite", lambda *_: os.open(folder / "not" / "there", os.O_RDONLY))
        clock.go_on()
        assert seen("clock")[0].seconds_ago == pytest.approx(90, abs=1)


def test_it_writes_its_time_once_a_second_however_often_it_goes_on(folder, monkeypatch):
    with Beat("clock") as clock:
        clock.go_on()
        age(folder, 90)
        clock.go_on()
        assert seen("clock")[0].seconds_ago > 80
        monkeypatch.setattr(beat, "BEAT_SECONDS", 0.0)
        clock._next = 0.0
        clock.go_on()
        assert seen("clock")[0].seconds_ago < 60


def test_roles_are_told_apart():
    with Beat("worker-submit"), Beat("worker-check"), Beat("clock"):
        assert [each.role for each in seen("worker-*")] == ["worker-check", "worker-submit"]
        assert [each.role for each in seen("clock")] == ["clock"]


CHILD = """
import sys, tempfile
from service.processes.beat import Beat
tempfile.tempdir = sys.argv[1]
with Beat("clock") as clock:
    clock.go_on()
    print("here", flush=True)
    sys.stdin.read()
"""


def test_a_process_that_was_killed_is_not_seen_and_what_it_left_is_removed(folder, tmp_path):
    with subprocess.Popen(
        [sys.executable, "-c", CHILD, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as child:
        child.stdout.readline()
        assert [each.pid for each in seen("clock")] == [child.pid]
        child.kill()
    assert len(list(folder.iterdir())) == 1
    assert seen("clock") == []
    assert list(folder.iterdir()) == []


def test_another_machines_beat_in_a_shared_directory_is_none_of_ours(monkeypatch):
    with Beat("clock"):
        monkeypatch.setattr(beating.socket, "gethostname", lambda: "another")
        assert seen("clock") == []


def test_a_directory_that_somebody_else_has_put_there_is_not_used_and_that_is_told_once(folder, tmp_path, lines):
    (tmp_path / "theirs").mkdir()
    folder.symlink_to(tmp_path / "theirs")
    with Beat("clock") as clock:
        clock.go_on()
        clock.go_on()
    (line,) = map(json.loads, lines.getvalue().splitlines())
    assert (line["event"], "TMPDIR" in line["do"]) == ("beat.not_kept", True)
    assert list((tmp_path / "theirs").iterdir()) == []


def test_a_machine_without_a_place_for_it_keeps_no_process_from_its_work(tmp_path, monkeypatch, lines):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "not" / "there"))
    with Beat("clock") as clock:
        clock.go_on()
    assert "beat.not_kept" in lines.getvalue()
    assert seen("clock") == []


def test_only_its_owner_reads_it(folder):
    with Beat("clock"):
        (path,) = folder.glob("*.beat")
        assert (folder.stat().st_mode & 0o777, Path(path).stat().st_mode & 0o777) == (0o700, 0o600)
    rig.until_sync(lambda: not list(folder.iterdir()))
