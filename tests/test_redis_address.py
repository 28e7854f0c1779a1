"""Redis URLs: what sentinels are named, and a sentence without a value for every form that is wrong."""

from __future__ import annotations

import pytest

from service import redis_address
from service.store.server import connecting
from service.store.server.patience import AT_ONCE

THREE = "redis+sentinel://one:26379,two:26380,[::1]/orders.main-1"


@pytest.mark.parametrize("url", ["redis://localhost:6379/0", "rediss://u:p@host", "unix:///tmp/redis.sock?db=1"])
def test_a_server_by_its_own_address_has_no_sentinels(url):
    assert redis_address.read(url) is None
    assert not redis_address.is_promoting(url)


def test_sentinels_a_primary_and_a_database_are_read():
    found = redis_address.read(f"{THREE}/3")

    assert found.addresses == (("one", 26379), ("two", 26380), ("::1", 26379))
    assert (found.primary, found.is_tls, found.credentials) == ("orders.main-1", False, {})
    assert found.server_url == "redis://@primary/3?"
    assert redis_address.is_promoting(THREE)


def test_credentials_are_the_servers_and_options_the_sentinels_and_no_repr_shows_them():
    url = (
        "rediss+sentinel://user:s%40cret@one,two/orders"
        "?sentinel_username=watcher&sentinel_password=hid%26den&ssl_ca_certs=/ca.pem"
    )
    found = redis_address.read(url)
    client, blocking = connecting.connect(url), connecting.connect_blocking(url)

    assert found.credentials == {"username": "watcher", "password": "hid&den"}
    for each in (client, blocking):
        kept = each.connection_pool.connection_kwargs
        assert (kept["username"], kept["password"], kept["db"]) == ("user", "s@cret", 0)
        assert kept["ssl_ca_certs"] == "/ca.pem"
        assert "SSL" in each.connection_pool.connection_class.__name__
        (asked, _) = each.connection_pool.sentinel_manager.sentinels
        own = asked.connection_pool.connection_kwargs
        assert (own["username"], own["password"], own["ssl_ca_certs"]) == ("watcher", "hid&den", "/ca.pem")
        assert own["socket_timeout"] == own["socket_connect_timeout"] == 0.5
        assert own["retry"].get_retries() == kept["retry"].get_retries() == 0
    shown = repr([found, client, blocking, client.connection_pool, client.connection_pool.sentinel_manager])
    assert not any(secret in shown for secret in ("s@cret", "s%40cret", "hid&den", "hid%26den"))


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("http://localhost", "give a URL such as redis://"),
        ("", "give a URL such as redis://"),
        ("redis+sentinel://one,two", "give the sentinels and the name of their primary"),
        ("redis+sentinel:///orders", "give the sentinels"),
        ("redis+sentinel://one,,two/orders", "give the sentinels"),
        ("redis+sentinel://one:0/orders", "give the sentinels"),
        ("redis+sentinel://one:99999/orders", "give the sentinels"),
        ("redis+sentinel://one/orders/many", "give the sentinels"),
        ("unix+sentinel://one/orders", "give the sentinels"),
        ("redis+cluster://", "give some servers of the cluster"),
        ("redis+cluster://one,,two", "give some servers"),
        ("redis+cluster://one:0", "give some servers"),
        ("redis+cluster://one/1", "give some servers of the cluster, without a database"),
        ("unix+cluster://one", "give some servers"),
        ("redis+cluster://one?sentinel_password=secret", "only these may stand: client_name, ssl"),
        ("redis+sentinel://secret@one/orders?sentinel_pasword=secret", "only these may stand: client_name, sent"),
        ("redis+sentinel://one/orders?sentinel_password=half&secret", "only these may stand"),
    ],
)
def test_what_is_wrong_is_said_without_a_value(url, sentence):
    with pytest.raises(ValueError, match=sentence) as failure:
        redis_address.read(url)
    assert "secret" not in str(failure.value)


def test_members_of_a_cluster_are_read_and_no_repr_shows_their_credentials():
    url = "rediss+cluster://user:s%40cret@one,two:7000,[::1]?ssl_ca_certs=/ca.pem"
    found = redis_address.read(url)
    node = connecting.connect_cluster(found, None, 3)._node(("two", 7000))

    assert found.addresses == (("one", 6379), ("two", 7000), ("::1", 6379))
    assert redis_address.is_cluster(url)
    assert redis_address.is_promoting(url)
    for each, most in ((node.client, AT_ONCE + connecting.GUESTS), (node.following, 3)):
        pool = each.connection_pool
        kept = pool.connection_kwargs
        assert (kept["host"], kept["port"], kept["username"], kept["password"]) == ("two", 7000, "user", "s@cret")
        assert (kept["ssl_ca_certs"], kept["retry"].get_retries(), pool.max_connections) == ("/ca.pem", 0, most)
        assert "SSL" in pool.connection_class.__name__
        assert "s@cret" not in repr([found, each, pool])
    assert "s%40cret" not in repr(found)


@pytest.mark.parametrize("made", [connecting.connect, connecting.connect_blocking])
def test_a_client_of_one_server_is_not_made_of_a_cluster(made):
    with pytest.raises(ValueError, match=r"(?i)cluster"):
        made("redis+cluster://one")


def test_a_server_by_its_own_address_is_asked_without_retries_too():
    for each in (connecting.connect("redis://one"), connecting.connect_blocking("redis://one")):
        assert each.connection_pool.connection_kwargs["retry"].get_retries() == 0
