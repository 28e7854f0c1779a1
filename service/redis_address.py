"""Redis URLs: a server by its own address, a primary by the sentinels that know it, or some servers of a cluster.

    redis://[USER:PASSWORD@]HOST[:PORT][/DATABASE]                      also rediss:// (TLS) and unix://
    redis+sentinel://[USER:PASSWORD@]HOST[:PORT],HOST...[:PORT]/PRIMARY[/DATABASE][?OPTION=VALUE&...]
    redis+cluster://[USER:PASSWORD@]HOST[:PORT],HOST...[:PORT][?OPTION=VALUE&...]

With `rediss+sentinel` and `rediss+cluster` all of them are asked by TLS. USER and PASSWORD are the servers'; the
sentinels' own are the options `sentinel_username` and `sentinel_password`. No sentence here quotes a value.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qsl, urlencode

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

#: where a sentinel listens that names no port
SENTINEL_PORT: Final = 26_379
#: where a server of a cluster listens that names no port
SERVER_PORT: Final = 6_379
_MOST_PORTS: Final = 65_535

_ALONE: Final = re.compile(r"(rediss?|unix)://.+", re.ASCII)
_BEHIND: Final = re.compile(
    r"(?P<scheme>rediss?)\+sentinel://(?:(?P<credentials>[^@/?#]*)@)?(?P<hosts>[^@/?#]+)"
    r"/(?P<primary>[\w.-]+)(?:/(?P<database>\d+))?/?(?:\?(?P<options>[^#]*))?",
    re.ASCII,
)
_MEMBERS: Final = re.compile(
    r"(?P<scheme>rediss?)\+cluster://(?:(?P<credentials>[^@/?#]*)@)?(?P<hosts>[^@/?#]+)/?(?:\?(?P<options>[^#]*))?",
    re.ASCII,
)
_HOST: Final = re.compile(r"(?P<name>\[[0-9A-Fa-f:.%]+\]|[^:\[\]\s]+)(?::(?P<port>\d+))?", re.ASCII)
_OWN: Final = {"sentinel_username": "username", "sentinel_password": "password"}
#: what else may stand behind the question mark, as redis-py reads it
_OPTIONS: Final = frozenset(
    {"ssl_ca_certs", "ssl_ca_path", "ssl_certfile", "ssl_keyfile", "ssl_cert_reqs", "ssl_check_hostname", "client_name"}
)

_FORMS: Final = (
    "give a URL such as redis://localhost:6379/0, redis+sentinel://HOST:26379,HOST:26379/PRIMARY "
    "or redis+cluster://HOST:6379,HOST:6379"
)
_SENTINEL_FORM: Final = (
    "give the sentinels and the name of their primary: "
    "redis+sentinel://[USER:PASSWORD@]HOST:26379,HOST:26379,HOST:26379/PRIMARY[/DATABASE]"
)
_CLUSTER_FORM: Final = (
    "give some servers of the cluster, without a database: "
    "redis+cluster://[USER:PASSWORD@]HOST:6379,HOST:6379,HOST:6379"
)
#: why bells have a server of their own beside a cluster
NO_QUEUE: Final = (
    "RQ's workers do not start on a Redis Cluster: give TRACKER_QUEUE_REDIS_URL, a server by its own address or by "
    "sentinels; bells that it loses are rung again"
)


@dataclass(frozen=True, slots=True)
class Members:
    """A cluster, known by some of its servers."""

    #: their hosts and ports
    addresses: tuple[tuple[str, int], ...]
    #: the servers' credentials and options as a URL of one that has no address yet
    server_url: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Sentinels:
    """A primary that sentinels know by its name."""

    #: their hosts and ports
    addresses: tuple[tuple[str, int], ...]
    primary: str
    is_tls: bool
    #: the primary's credentials, database and options as a URL of a server that has no address yet
    server_url: str = field(repr=False)
    #: user name and password of the sentinels themselves
    credentials: dict[str, str] = field(repr=False)


def is_promoting(url: str) -> bool:
    """Tell whether a URL names servers of which a replica is made a primary when those see fit who watch them."""
    return is_cluster(url) or _is_watched(url)


def is_cluster(url: str) -> bool:
    """Tell whether a URL names servers of a cluster."""
    return "+cluster:" in url.partition("//")[0]


def read(url: str) -> Sentinels | Members | None:
    """Read a URL: the sentinels or the members of a cluster that it names, or None for a server by its own address.

    Raises ValueError with a sentence about what is wrong.
    """
    if is_cluster(url):
        return _members(url)
    if _is_watched(url):
        return _sentinels(url)
    if _ALONE.fullmatch(url) is None:
        raise ValueError(_FORMS)
    return None


def _is_watched(url: str) -> bool:
    return "+sentinel:" in url.partition("//")[0]


def _sentinels(url: str) -> Sentinels:
    parts = _BEHIND.fullmatch(url)
    if parts is None:
        raise ValueError(_SENTINEL_FORM)
    options = _options(parts, own=_OWN.keys())
    left = urlencode({name: value for name, value in options.items() if name not in _OWN})
    return Sentinels(
        addresses=tuple(_addresses(parts["hosts"], SENTINEL_PORT, _SENTINEL_FORM)),
        primary=parts["primary"],
        is_tls=parts["scheme"] == "rediss",
        server_url=f"{parts['scheme']}://{parts['credentials'] or ''}@primary/{parts['database'] or 0}?{left}",
        credentials={_OWN[name]: value for name, value in options.items() if name in _OWN},
    )


def _members(url: str) -> Members:
    parts = _MEMBERS.fullmatch(url)
    if parts is None:
        raise ValueError(_CLUSTER_FORM)
    options = urlencode(_options(parts))
    return Members(
        addresses=tuple(_addresses(parts["hosts"], SERVER_PORT, _CLUSTER_FORM)),
        server_url=f"{parts['scheme']}://{parts['credentials'] or ''}@member/0?{options}",
    )


def _options(parts: re.Match[str], own: Collection[str] = ()) -> dict[str, str]:
    options = dict(parse_qsl(parts["options"] or "", keep_blank_values=True))
    if options.keys() - set(own) - _OPTIONS:
        # a secret with a sign that belongs encoded would be read as the name of an option
        raise ValueError(f"after the question mark only these may stand: {', '.join(sorted(_OPTIONS | set(own)))}")
    return options


def _addresses(hosts: str, usual: int, form: str) -> Iterator[tuple[str, int]]:
    for each in hosts.split(","):
        found = _HOST.fullmatch(each)
        port = int(found["port"] or usual) if found else 0
        if found is None or not 0 < port <= _MOST_PORTS:
            raise ValueError(form)
        yield found["name"].strip("[]"), port
