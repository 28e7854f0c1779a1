"""The kernel ends a process that was frozen past a lease while it could still have written."""

from __future__ import annotations

import signal
import subprocess
import sys
import time

import pytest
import rig

CHILD = """
import sys, time
from workers.freeze import FreezeTimer
timer = FreezeTimer()
timer.cover("one", time.monotonic() + 0.3)
timer.cover("two", time.monotonic() + 60)
if "released" in sys.argv:
    timer.release("one")
print("armed", flush=True)
sys.stdin.readline()
print("alive", flush=True)
"""


@pytest.fixture
def child(request):
    arguments = [sys.executable, "-c", CHILD, *request.param]
    with subprocess.Popen(arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline() == "armed\n"
        yield process
        process.kill()


def stopped_for(process, seconds):
    process.send_signal(signal.SIGSTOP)
    waited = time.monotonic() + seconds
    rig.until_sync(lambda: time.monotonic() > waited)
    process.send_signal(signal.SIGCONT)


@pytest.mark.parametrize("child", [[]], indirect=True)
def test_frozen_past_a_lease_it_dies_before_its_next_line(child):
    stopped_for(child, 0.5)
    out, _ = child.communicate("go on\n", timeout=5)
    assert out == ""
    assert child.returncode == -signal.SIGALRM


@pytest.mark.parametrize("child", [["released"]], indirect=True)
def test_frozen_after_its_request_is_out_it_wakes_and_goes_on(child):
    stopped_for(child, 0.5)
    out, _ = child.communicate("go on\n", timeout=5)
    assert out == "alive\n"
    assert child.returncode == 0
