"""What the tests of the spool share: callbacks by number, a store that can be away, and spools of one directory."""

from __future__ import annotations

from dataclasses import dataclass, field

import rig

from service.errors import StoreUnavailable
from service.report import CallbackNews
from service.sealing import Sealer
from service.spool.spool import Spool

KEY = "ab" * 32


def news(number, **said):
    parts = dict.fromkeys(CallbackNews.__slots__) | {"account_id": "9900000", "key": f"k{number}"}
    return CallbackNews(**(parts | {"status": "COMPLETE", "note": f"about 201555{number:04d}"} | said))


def spool(directory, key=KEY, **changes):
    settings = rig.settings_for("redis://127.0.0.1:9/0", "9900000", spool_dir=str(directory), **changes)
    return Spool(settings, Sealer(key))


@dataclass
class Store:
    """Takes callbacks by their keys, unless it is away or one of them is poison."""

    away: bool = False
    poison: frozenset = frozenset()
    tried: list = field(default_factory=list)
    kept: list = field(default_factory=list)

    async def commit(self, said):
        self.tried.append(said.key)
        if self.away or said.key in self.poison:
            raise StoreUnavailable("READONLY")
        self.kept.append(said.key)


def keys(*numbers):
    return [f"k{each}" for each in numbers]
