"""Everything on this machine as processes of the harness: it kills, freezes and starts again each of them.

The programs are those of `order-tracker local`; only the looking after them is our own, and the times are short.
"""

from __future__ import annotations

import asyncio
import json
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import Final

import redis
import sabotages
from fault_child import Child

from service.local import server
from service.local.directory import DataDirectory
from service.local.environment import ACCOUNT
from service.local.parts import Parts
from service.processes.program import spawn

#: everything converges in seconds
SHORT: Final = {
    "TRACKER_LEASE_SECONDS": "3",
    "TRACKER_EXCHANGE_SECONDS": "2",
    "TRACKER_SEARCHES": "0,0.4,1,2",
    "TRACKER_LOOK_FACTOR": "0.1",
    "TRACKER_PROBE_SECONDS": "0.5",
    "TRACKER_CLOCK_SECONDS": "0.25",
    "TRACKER_WATCH_SECONDS": "5",
    "TRACKER_DELIVERY_FACTOR": "0.02",
    # below what a walk's client waits for an answer
    "TRACKER_FRONT_HOLD_SECONDS": "1",
}
#: the server rewrites its file often enough to be killed while it does
_REWRITES: Final = ("--auto-aof-rewrite-min-size", "2mb")
LAUNCHER: Final = Path(__file__).with_name("patched_child.py")
#: where the search for the API's port begins
_API_PORT: Final = 8280
_START_SECONDS: Final = 40.0
_TEND_SECONDS: Final = 0.02


class FaultRun:
    """Server, sandbox, API, workers of both steps and a clock, in a directory of their own."""

    def __init__(self, workers: int = 2, pace: float = 0.4, seed: int = 0, **told: str):
        self.root = Path(tempfile.mkdtemp(prefix="faults-"))
        self._workers = workers
        self._directory = DataDirectory(self.root / "run")
        parts = Parts.chosen(self._directory, server.binary(), _API_PORT)
        self.parts = replace(parts, environment={**parts.environment, **SHORT, **told})
        self.credentials = self._directory.credentials
        self.api = f"{parts.addresses.api}/v1/accounts/{ACCOUNT}"
        self.sandbox = parts.addresses.sandbox
        self.logs = self._directory.log
        kept = self.parts.server()
        programs = [replace(kept, argv=(*kept.argv, *_REWRITES)), *self.parts.others(workers)]
        self.children = {each.name: Child(_paced(each, pace, seed)) for each in programs}
        self._tending: asyncio.Task[None] | None = None

    def start(self):
        """Start all and wait until they are ready. In the main thread: the kernel kills its children with it."""
        began = time.time()
        self.begin("")
        task = spawn(self.parts.task("prepare", str(self._workers), str(began)))
        self._until(lambda: task.poll() is not None)
        if task.returncode:
            raise RuntimeError(f"the run did not become ready: see {self.logs}")

    def begin(self, *prefixes: str):
        """Start those parts whose names begin so and that do not run yet, the server before all others."""
        if self.children["server"].process is None:
            self.children["server"].start()
            self._until(lambda: server.answers(self.parts.addresses.server_port))
        for child in self.named(*prefixes):
            if child.process is None:
                child.start()

    def named(self, *prefixes: str) -> list[Child]:
        """Return the parts whose names begin so."""
        return [child for name, child in self.children.items() if name.startswith(prefixes)]

    def alter(self, prefix: str, **told: str):
        """Let parts be patched children from their next start on: `patched_child.py` tells what can be told."""
        for child in self.named(prefix):
            if str(LAUNCHER) not in child.program.argv:
                argv = (sys.executable, str(LAUNCHER), *child.program.argv[3:])
                child.program = replace(child.program, argv=argv)
            child.program = replace(child.program, env={**self.parts.environment, **told})

    def patch(self, prefix: str, **told: str):
        """Start parts anew as patched children."""
        self.alter(prefix, **told)
        for child in self.named(prefix):
            child.kill(0)
            child.tend()

    def sabotage(self, name: str):
        """Break the product before its start, to see whether a walk notices."""
        if name == "forgets":
            self.children["server"].program = sabotages.without_a_file(self.children["server"].program)
            for child in self.named("api", "worker", "clock"):
                child.program = replace(child.program, env={**child.program.env, "TRACKER_DURABILITY": "unsafe"})
        else:
            self.alter("worker", SABOTAGE=name)

    def tend(self):
        for child in self.children.values():
            child.tend()

    async def keep(self):
        """Start again whatever has ended, until cancelled."""
        while True:
            self.tend()
            await asyncio.sleep(_TEND_SECONDS)

    def heal(self):
        """Let everything run again, at once."""
        for child in self.children.values():
            child.go_on()
            if child.process is None:
                child.again_at = time.monotonic()
        self.tend()

    def differences(self) -> list[str]:
        """Return what `order-tracker verify` finds wrong, each as a sentence."""
        argv = [sys.executable, "-m", "service.cli", "verify", "--format", "json"]
        done = subprocess.run(argv, env=self.parts.environment, cwd=self.root, capture_output=True, check=False)
        if not done.stdout:
            return [f"verify found nothing out: {done.stderr.decode(errors='replace')[-500:]}"]
        found = json.loads(done.stdout)[ACCOUNT]
        return [f"{each['key']}: {each['wrong']}" for each in found["findings"]]

    def counters(self) -> dict[str, int]:
        """Return what the store counts of the account."""
        with redis.Redis.from_url(self.parts.addresses.redis, decode_responses=True) as client:
            return {name: int(count) for name, count in client.hgetall(f"{{{ACCOUNT}}}:counters").items()}

    def end(self, *, keep: bool):
        """End all, the server last; the directory goes unless it is kept."""
        for child in reversed(self.children.values()):
            child.end()
        self.parts.close()
        self._directory.__exit__()
        if not keep:
            shutil.rmtree(self.root, ignore_errors=True)

    def _until(self, met):
        deadline = time.monotonic() + _START_SECONDS
        while not met():
            if time.monotonic() > deadline:
                raise RuntimeError(f"a part did not answer in time: see {self.logs}")
            self.tend()
            time.sleep(0.02)


def _paced(program, pace, seed):
    if program.role != "sandbox":
        return program
    return replace(program, argv=(*program.argv, "--pace", str(pace), "--seed", str(seed)))
