"""What TRACKER_OUTGOING_ALLOW names: hosts by their name, and networks, that events may go to all the same."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_network
from typing import Final, Self, TypeAlias

Address: TypeAlias = IPv4Address | IPv6Address
Network: TypeAlias = IPv4Network | IPv6Network

#: the last part of a name is no number, or it would be an address that is written wrongly
_NAME: Final = re.compile(r"(?=.{1,253}$)([a-z0-9_-]{1,63}\.)*(?!\d+$|0x)[a-z0-9_-]{1,63}", re.ASCII)
_FORMS: Final = (
    "give hosts such as hooks.example.com, addresses, and networks such as 10.0.0.0/8, separated by commas; "
    "a network's host bits are zero"
)


@dataclass(frozen=True, slots=True)
class AllowList:
    """Hosts and networks that an operator has named."""

    hosts: frozenset[str]
    networks: tuple[Network, ...]

    @classmethod
    def read(cls, entries: Sequence[str]) -> Self:
        """Read a setting's entries; raises ValueError for one that is neither a host nor a network."""
        hosts: set[str] = set()
        networks: list[Network] = []
        for entry in entries:
            network = _network(entry)
            if network is not None:
                networks.append(network)
            elif _NAME.fullmatch(entry.lower()) is not None:
                hosts.add(entry.lower())
            else:
                raise ValueError(_FORMS)
        return cls(frozenset(hosts), tuple(networks))

    def names(self, host: str) -> bool:
        """Tell whether a host, in lower case, is named itself; one above or below it is another."""
        return host in self.hosts

    def holds(self, address: Address) -> bool:
        """Tell whether an address lies in a network that is named."""
        return any(address in network for network in self.networks)


def _network(entry: str) -> Network | None:
    try:
        # an address with an interface (%eth0) is one on this machine only
        return None if "%" in entry else ip_network(entry)
    except ValueError:
        return None
