"""What the tests of a local run share: start one, read what it wrote, and know what is still alive."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import httpx
import rig

#: how many processes a run has
ROLES = {"supervisor": 1, "server": 1, "sandbox": 1, "api": 1, "workers": 3, "clock": 1}


@dataclass
class LocalRun:
    process: subprocess.Popen
    directory: Path
    output: Path

    @property
    def connection(self):
        return json.loads((self.directory / "connection.json").read_text())

    @property
    def pids(self):
        return self.connection["pids"]

    def said(self):
        return self.output.read_text()

    def restarted(self, role, before):
        """Wait until a role has as many pids as before, and others."""

        def pids():
            now = self.pids[role]
            return now if len(now) == len(before) and now != before else None

        return rig.until_sync(pids, 10)

    def api(self):
        found = self.connection
        return httpx.Client(
            base_url=f"{found['url']}/v1/accounts/{found['account_id']}",
            headers={"Authorization": f"Bearer {found['token']}"},
            timeout=20,
            trust_env=False,
        )

    def end(self, how=signal.SIGINT):
        self.process.send_signal(how)
        return self.process.wait(20)


def command(directory, *arguments):
    return [sys.executable, "-m", "service.cli", "local", "--data-dir", str(directory), *arguments]


def environment(**changes):
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("TRACKER_", "REDIS_"))}
    return {**inherited, "NO_COLOR": "1", **changes}


@contextlib.contextmanager
def running(directory, *arguments, **changes):
    output = directory.parent / f"{directory.name}.output"
    with (
        output.open("w") as file,
        subprocess.Popen(
            command(directory, *arguments), stdout=file, stderr=file, env=environment(**changes)
        ) as process,
    ):
        run = LocalRun(process, directory, output)
        try:
            yield run
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)


def ready(run):
    def there():
        assert run.process.poll() is None, run.said()
        return (run.directory / "connection.json").exists()

    rig.until_sync(there, 40)
    return run


def alive(pids):
    return [pid for some in pids.values() for pid in some if rig.is_alive(pid)]
