"""A primary, its replica and three sentinels on this machine, each a process of ours, ended by its own pid."""

from __future__ import annotations

import contextlib
import tempfile
from dataclasses import dataclass
from typing import Final

import rig
from replicas import Node, end, is_followed, node, pair, start_following

NAME: Final = "orders"
#: milliseconds after which a server that is silent is down, and after which a failover is given up
DOWN_MS: Final = 1000
FAILOVER_MS: Final = 5000
SENTINEL: Final = f"""
bind 127.0.0.1
sentinel monitor {NAME} 127.0.0.1 {{primary}} 2
sentinel down-after-milliseconds {NAME} {DOWN_MS}
sentinel failover-timeout {NAME} {FAILOVER_MS}
"""


@dataclass(frozen=True)
class Servers:
    """Two servers, of which one is primary, and the sentinels that decide which."""

    nodes: tuple[Node, Node]
    sentinels: tuple[Node, ...]

    @property
    def url(self):
        hosts = ",".join(f"127.0.0.1:{each.port}" for each in self.sentinels)
        return f"redis+sentinel://{hosts}/{NAME}/0"

    @property
    def primary(self):
        """The server that the sentinels call primary."""
        told = rig.until_sync(lambda: self.sentinels[0].ask("SENTINEL", "GET-MASTER-ADDR-BY-NAME", NAME), 20)
        return next(each for each in self.nodes if each.port == int(told[1]))

    def other(self, server):
        return next(each for each in self.nodes if each is not server)

    def start_again(self, server):
        """Start a server that was killed as a replica of the other, as its start script would.

        The one that is primary then need not be the one that was: on a machine that stalls for longer than `DOWN_MS`
        the sentinels may decide once more.
        """
        start_following(server, self.other(server))
        try:
            rig.until_sync(lambda: is_followed(self.primary), 60)
        except AssertionError as error:
            raise AssertionError("\n".join(each.story() for each in (*self.nodes, *self.sentinels))) from error


@contextlib.contextmanager
def watched():
    """Run a primary, its replica, and three sentinels."""
    with pair() as servers, tempfile.TemporaryDirectory(prefix="sentinels-") as root:
        conf = SENTINEL.format(primary=servers[0].port)
        sentinels = tuple(node(root, f"sentinel-{number}", conf) for number in range(3))
        try:
            for each in sentinels:
                each.start("--sentinel")
            for each in sentinels:
                rig.until_sync(lambda each=each: _knows_all(each), 30)
            yield Servers(servers, sentinels)
        finally:
            end(*sentinels)


def _knows_all(sentinel):
    told = sentinel.ask("SENTINEL", "MASTER", NAME) or {}
    return (told.get("num-slaves"), told.get("num-other-sentinels")) == ("1", "2")
