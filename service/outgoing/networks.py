"""Networks that no event goes to by itself: IANA's registries of special-purpose addresses, and clouds' own.

The table is ours because `ipaddress.is_global` has changed its mind between versions of Python, and calls some of
these global. Of IPv6 everything outside 2000::/3 is special.
"""

from __future__ import annotations

from ipaddress import ip_network
from typing import Final

from service.allow_list import Address, Network

#: what an operator's own hosts have: to name such a host is enough
OWN: Final = frozenset({"private", "shared", "loopback"})

_TABLE: Final = {
    # credentials and configuration of machines: Azure, Alibaba, Amazon, Google; the others' are link-local
    "metadata": "168.63.129.16/32 100.100.100.200/32 fd00:ec2::/32 fd20:ce::254/128",
    "unspecified": "0.0.0.0/8 ::/128",
    "private": "10.0.0.0/8 172.16.0.0/12 192.168.0.0/16 fc00::/7 fec0::/10",
    "shared": "100.64.0.0/10",
    "loopback": "127.0.0.0/8 ::1/128",
    "link-local": "169.254.0.0/16 fe80::/10",
    "multicast": "224.0.0.0/4 ff00::/8",
    # mapped, compatible, translated, NAT64 (two), 6to4, Teredo: each may lead to any IPv4 address
    "IPv4-in-IPv6": "::ffff:0:0/96 ::/96 ::ffff:0:0:0/96 64:ff9b::/96 64:ff9b:1::/48 2002::/16 2001::/32",
    "reserved": (
        "192.0.0.0/24 192.0.2.0/24 192.88.99.0/24 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 240.0.0.0/4 "
        "2001::/23 2001:db8::/32 3fff::/20"
    ),
}
_SPECIAL: Final[tuple[tuple[Network, str], ...]] = tuple(
    (ip_network(network), word) for word, networks in _TABLE.items() for network in networks.split()
)
_GLOBAL_IPV6: Final = ip_network("2000::/3")
_IPV6: Final = 6


def special(address: Address) -> str | None:
    """Return the word for a special address, None for one of the public internet."""
    for network, word in _SPECIAL:
        if address in network:
            return word
    return "reserved" if address.version == _IPV6 and address not in _GLOBAL_IPV6 else None
