"""Processes of ours as an operator runs them, each by its command, in an environment that the test decides."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from pathlib import Path

import httpx
import rig

#: what a process is started with, and nothing of ours
ENVIRONMENT = {
    "PATH": os.environ["PATH"],
    "NO_COLOR": "1",
    "TERM": "dumb",
    "PYTHONPATH": str(Path(__file__).parents[1]),
}


def environment(url, tmp_path, **changes):
    """What a process of an installation of its own needs; its temporary directory is the test's."""
    return ENVIRONMENT | {
        "TMPDIR": str(tmp_path),
        "TRACKER_ACCOUNTS": rig.new_account(),
        "TRACKER_API_TOKEN": rig.TOKEN,
        "TRACKER_SECRET_KEY": "ab" * 32,
        "TRACKER_REDIS_URL": url,
        "TRACKER_BANDWIDTH_URL": "http://127.0.0.1:9/api/v1",
        "TRACKER_BANDWIDTH_CLIENT_ID": "sandbox-client",
        "TRACKER_BANDWIDTH_CLIENT_SECRET": "sandbox-client-secret",
        "TRACKER_CALLBACK_SEGMENT": rig.SEGMENT,
        "TRACKER_CALLBACK_PASSWORD": rig.CALLBACK[1],
        **changes,
    }


@contextlib.contextmanager
def running(environment, cwd, *arguments):
    """A process of ours, by its command; whatever became of it, it is asked to end."""
    command = [sys.executable, "-m", "service.cli", *arguments]
    with subprocess.Popen(command, env=environment, cwd=cwd, stderr=subprocess.DEVNULL) as process:
        try:
            yield process
        finally:
            process.send_signal(signal.SIGCONT)
            process.terminate()


def lists_orders(port, environment):
    """Tell whether an API of this environment answers yet."""
    url = f"http://127.0.0.1:{port}/v1/accounts/{environment['TRACKER_ACCOUNTS']}/orders"
    with contextlib.suppress(httpx.TransportError):
        return httpx.get(url, headers={"Authorization": f"Bearer {rig.TOKEN}"}, trust_env=False).status_code == 200
    return False
