"""The store behind TLS: one server and a cluster, with an authority of our own, users, and certificates of ours."""

from __future__ import annotations

import contextlib
import gc

import clusters
import pytest
import redis
import rig
import tls
from replicas import end, node

from service import redis_address
from service.errors import StoreUnavailable
from service.store import keys
from service.store.server import durability
from service.store.server.connecting import connect, connect_blocking, connect_cluster
from service.store.server.connection import Store

_RIGHTS = (
    "~{1}:* +@read +@write +@connection -@dangerous +multi +exec +eval +evalsha +time +wait +info +config|get "
    "+cluster|slots"
)
USER = ("ACL", "SETUSER", "tracker", "on", ">s%cret", "resetkeys", "resetchannels", "nocommands", *_RIGHTS.split())
PUT = keys.clock("1")
# redis-py leaves the sockets of refused handshakes to the collector
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")


@pytest.fixture(autouse=True)
def _nothing_left():
    yield
    gc.collect()


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    return tls.Authority(tmp_path_factory.mktemp("ours"), "ours")


@pytest.fixture(scope="module")
def foreign(tmp_path_factory):
    return tls.Authority(tmp_path_factory.mktemp("foreign"), "foreign")


@pytest.fixture(scope="module")
def certificate(authority):
    return authority.certify("server", "127.0.0.1")


@pytest.fixture
def member(tmp_path):
    """A cluster of one server, which tells of itself what `announce` says."""
    made = node(tmp_path, "member", clusters.MEMBER.format(bus=rig.free_port()))
    try:
        made.start()
        assert made.ask("CLUSTER", "ADDSLOTSRANGE", 0, clusters.SLOTS - 1)
        rig.until_sync(lambda: "cluster_state:ok" in made.ask("CLUSTER", "INFO"))
        yield made
    finally:
        end(made)


def on(url):
    if redis_address.is_cluster(url):
        return Store(connect_cluster(redis_address.read(url), durability.greet, 1, 2))
    return Store(connect(url, durability.greet), seconds=2)


async def told(url):
    store = on(url)
    try:
        await durability.check(store, "strict")
        async with store.asked("1") as client:
            await client.set(PUT, "by TLS")
            return await client.get(PUT)
    finally:
        await store.close()


@pytest.fixture(params=["rediss", "rediss+cluster"])
def door(request, valkey, member, certificate):
    """Where a server that has the user `tracker` is reached by TLS, as a URL without a question mark."""
    port = valkey.port if request.param == "rediss" else member.port
    with contextlib.closing(redis.Redis(port=port)) as client, tls.door(certificate, port) as opened:
        client.execute_command(*USER)
        if port == member.port:
            client.config_set("cluster-announce-port", opened)
        yield f"{request.param}://tracker:s%25cret@127.0.0.1:{opened}"
        if port == valkey.port:
            client.acl_deluser("tracker")


async def test_a_server_that_our_authority_certified_is_used_as_the_user_that_the_url_names(door, authority):
    assert await told(f"{door}?ssl_ca_certs={authority.path}") == "by TLS"


async def test_one_that_it_did_not_certify_is_refused_and_so_is_one_that_nobody_vouches_for(door, foreign):
    for url in (f"{door}?ssl_ca_certs={foreign.path}", door):
        with pytest.raises(StoreUnavailable, match=r"certificate verify failed|CERTIFICATE_VERIFY_FAILED"):
            await told(url)


async def test_a_certificate_for_another_address_is_refused(valkey, authority):
    with (
        tls.door(authority.certify("another", "127.0.0.2"), valkey.port) as port,
        pytest.raises(StoreUnavailable, match=r"mismatch|not valid for"),
    ):
        await told(f"rediss://127.0.0.1:{port}?ssl_ca_certs={authority.path}")


async def test_a_wrong_password_is_refused_behind_tls_too(door, authority):
    with pytest.raises(StoreUnavailable, match=r"WRONGPASS|invalid username-password"):
        await told(f"{door.replace('s%25cret', 'wrong')}?ssl_ca_certs={authority.path}")


async def test_a_server_that_asks_for_our_certificate_is_shown_it(valkey, authority, certificate):
    ours, key = authority.certify("client", "127.0.0.1")
    with tls.door(certificate, valkey.port, trusted=authority) as port:
        url = f"rediss://127.0.0.1:{port}?ssl_ca_certs={authority.path}"
        assert await told(f"{url}&ssl_certfile={ours}&ssl_keyfile={key}") == "by TLS"


def test_bells_go_by_tls_too_and_not_to_a_server_that_nobody_vouches_for(valkey, authority, foreign, certificate):
    with tls.door(certificate, valkey.port) as port:
        with contextlib.closing(connect_blocking(f"rediss://127.0.0.1:{port}?ssl_ca_certs={authority.path}")) as client:
            assert client.ping()
        refused = connect_blocking(f"rediss://127.0.0.1:{port}?ssl_ca_certs={foreign.path}")
        with contextlib.closing(refused), pytest.raises(redis.RedisError, match=r"certificate verify failed"):
            refused.ping()
