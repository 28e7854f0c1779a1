"""A Redis Cluster on this machine: three primaries, each with a replica; processes of ours, ended by their own pids."""

from __future__ import annotations

import contextlib
import itertools
import tempfile
from dataclasses import dataclass
from typing import Final

import redis
import rig
from redis.crc import key_slot
from replicas import SERVER, Node, end, node

PRIMARIES: Final = 3
SLOTS: Final = 16_384
#: seconds that six servers are given to agree, on a machine that is busy with other tests
SECONDS: Final = 60
#: milliseconds after which a server that is silent is down
DOWN_MS: Final = 1000
MEMBER: Final = f"""{SERVER}
cluster-enabled yes
cluster-node-timeout {DOWN_MS}
cluster-port {{bus}}
"""


@dataclass(frozen=True)
class Cluster:
    """Primary number N has the Nth third of the slots, and replica number N."""

    primaries: tuple[Node, ...]
    replicas: tuple[Node, ...]

    @property
    def url(self):
        return "redis+cluster://" + ",".join(f"127.0.0.1:{each.port}" for each in self.primaries)

    def account(self, number):
        """A new account that primary `number` keeps."""
        return next(each for each in iter(rig.new_account, None) if _third(key_slot(each.encode())) == number)

    def keys(self, account):
        """How many keys of an account each primary has."""
        return [len(each.ask("KEYS", f"{{{account}}}:*")) for each in self.primaries]

    def move(self, account, source, target):
        """Move an account's slot from one primary to another, with its keys."""
        with self.moving(account, source, target) as bring:
            while bring(100):
                pass

    @contextlib.contextmanager
    def moving(self, account, source, target):
        """Begin such a move; yields what brings so many keys over and returns how many. It ends when all have moved."""
        slot, ids = key_slot(account.encode()), [each.ask("CLUSTER", "MYID") for each in (source, target)]
        assert target.ask("CLUSTER", "SETSLOT", slot, "IMPORTING", ids[0])
        assert source.ask("CLUSTER", "SETSLOT", slot, "MIGRATING", ids[1])

        def bring(most):
            if names := source.ask("CLUSTER", "GETKEYSINSLOT", slot, most):
                assert source.ask("MIGRATE", "127.0.0.1", target.port, "", 0, 5000, "KEYS", *names)
            return len(names)

        yield bring
        assert bring(1) == 0, "the slot has keys left"
        for each in (target, source):
            assert each.ask("CLUSTER", "SETSLOT", slot, "NODE", ids[1])


@contextlib.contextmanager
def running():
    with tempfile.TemporaryDirectory(prefix="cluster-", dir=rig.quick_directory()) as root:
        nodes = [node(root, f"node-{each}", MEMBER.format(bus=rig.free_port())) for each in range(2 * PRIMARIES)]
        try:
            for epoch, each in enumerate(nodes, 1):
                each.start()
                each.ask("CLUSTER", "SET-CONFIG-EPOCH", epoch)
            yield _joined(Cluster(tuple(nodes[:PRIMARIES]), tuple(nodes[PRIMARIES:])))
        finally:
            end(*nodes)


def _joined(cluster):
    every = [*cluster.primaries, *cluster.replicas]
    for number, each in enumerate(cluster.primaries):
        first, last = (-(-SLOTS * at // PRIMARIES) for at in (number, number + 1))
        each.ask("CLUSTER", "ADDSLOTSRANGE", first, last - 1)
    for each, other in itertools.combinations(every, 2):
        each.ask("CLUSTER", "MEET", "127.0.0.1", other.port, _bus(other))
    rig.until_sync(lambda: all(_told(each, "cluster_known_nodes") == str(len(every)) for each in every), SECONDS)
    for primary, replica in zip(cluster.primaries, cluster.replicas, strict=True):
        rig.until_sync(lambda p=primary, r=replica: r.ask("CLUSTER", "REPLICATE", p.ask("CLUSTER", "MYID")), SECONDS)
    rig.until_sync(lambda: all(_told(each, "cluster_state") == "ok" for each in every), SECONDS)
    for number, each in enumerate(cluster.primaries):
        key = f"{{{cluster.account(number)}}}:followed"
        rig.until_sync(lambda each=each, key=key: _is_followed(each, key), SECONDS)
    return cluster


def _bus(member):
    return int(member.ask("CONFIG", "GET", "cluster-port")["cluster-port"])


def _told(member, name):
    told = member.ask("CLUSTER", "INFO") or ""
    return dict(line.split(":") for line in told.split()).get(name)


def _is_followed(member, key):
    """Tell whether its replica confirms what a primary writes."""
    with contextlib.closing(redis.Redis(port=member.port, socket_timeout=5)) as client:
        try:
            return client.pipeline(transaction=False).incr(key).wait(1, 1000).delete(key).execute()[1] == 1
        except redis.exceptions.RedisError:
            return False


def _third(slot):
    return slot * PRIMARIES // SLOTS
