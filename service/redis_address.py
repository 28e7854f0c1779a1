"""Redis URLs: a server by its own address, or a primary by the sentinels that know where it is.

    redis://[USER:PASSWORD@]HOST[:PORT][/DATABASE]                      also rediss:// (TLS) and unix://
    redis+sentinel://[USER:PASSWORD@]HOST[:PORT],HOST...[:PORT]/PRIMARY[/DATABASE][?OPTION=VALUE&...]

With `rediss+sentinel` servers and sentinels are asked by TLS. USER and PASSWORD are the servers'; the sentinels' own
are the options `sentinel_username` and `sentinel_password`. No sentence here quotes a value.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qsl, urlencode

if TYPE_CHECKING:
    from collections.abc import Iterator

#: where a sentinel listens that names no port
SENTINEL_PORT: Final = 26_379
_MOST_PORTS: Final = 65_535

_ALONE: Final = re.compile(r"(rediss?|unix)://.+", re.ASCII)
_BEHIND: Final = re.compile(
    r"(?P<scheme>rediss?)\+sentinel://(?:(?P<credentials>[^@/?#]*)@)?(?P<hosts>[^@/?#]+)"
    r"/(?P<primary>[\w.-]+)(?:/(?P<database>\d+))?/?(?:\?(?P<options>[^#]*))?",
    re.ASCII,
)
_HOST: Final = re.compile(r"(?P<name>\[[0-9A-Fa-f:.%]+\]|[^:\[\]\s]+)(?::(?P<port>\d+))?", re.ASCII)
_OWN: Final = {"sentinel_username": "username", "sentinel_password": "password"}
#: what else may stand behind the question mark, as redis-py reads it
_OPTIONS: Final = frozenset(
    {"ssl_ca_certs", "ssl_ca_path", "ssl_certfile", "ssl_keyfile", "ssl_cert_reqs", "ssl_check_hostname", "client_name"}
)

_FORMS: Final = "give a URL such as redis://localhost:6379/0 or redis+sentinel://HOST:26379,HOST:26379/PRIMARY"
_SENTINEL_FORM: Final = (
    "give the sentinels and the name of their primary: "
    "redis+sentinel://[USER:PASSWORD@]HOST:26379,HOST:26379,HOST:26379/PRIMARY[/DATABASE]"
)


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
    """Tell whether a URL names sentinels, which make a primary of a replica when they see fit."""
    return "+sentinel:" in url.partition("//")[0]


def read(url: str) -> Sentinels | None:
    """Read a URL: the sentinels that it names, or None for a server by its own address.

    Raises ValueError with a sentence about what is wrong.
    """
    if not is_promoting(url):
        if _ALONE.fullmatch(url) is None:
            raise ValueError(_FORMS)
        return None
    parts = _BEHIND.fullmatch(url)
    if parts is None:
        raise ValueError(_SENTINEL_FORM)
    options = dict(parse_qsl(parts["options"] or "", keep_blank_values=True))
    if options.keys() - _OWN.keys() - _OPTIONS:
        # a secret with a sign that belongs encoded would be read as the name of an option
        raise ValueError(f"after the question mark only these may stand: {', '.join(sorted(_OPTIONS | _OWN.keys()))}")
    left = urlencode({name: value for name, value in options.items() if name not in _OWN})
    return Sentinels(
        addresses=tuple(_addresses(parts["hosts"])),
        primary=parts["primary"],
        is_tls=parts["scheme"] == "rediss",
        server_url=f"{parts['scheme']}://{parts['credentials'] or ''}@primary/{parts['database'] or 0}?{left}",
        credentials={_OWN[name]: value for name, value in options.items() if name in _OWN},
    )


def _addresses(hosts: str) -> Iterator[tuple[str, int]]:
    for each in hosts.split(","):
        found = _HOST.fullmatch(each)
        port = int(found["port"] or SENTINEL_PORT) if found else 0
        if found is None or not 0 < port <= _MOST_PORTS:
            raise ValueError(_SENTINEL_FORM)
        yield found["name"].strip("[]"), port
