"""The audit: who did what, beside the timelines of orders. About the newest 10,000 deeds, and for some days only."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from service.store import keys, record
from service.store.script import NOTE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from service.store.server.connection import Store

#: an entry's place in its stream; none is the very first, before which the store itself looks for nothing
PLACE: Final = re.compile(r"(?!0+-0+\Z)\d{1,15}-\d{1,10}", re.ASCII)
#: characters of a subject and of a detail that are kept
_LONGEST: Final = 500
#: deeds read at once where those of one doer are looked for
_READ: Final = 500


@dataclass(frozen=True, slots=True)
class Deed:
    """What somebody did, to what; `at` in ms, by the store's clock, once it is kept."""

    by: str
    action: str
    subject: str = ""
    detail: str = ""
    at: int = 0

    @property
    def fields(self) -> dict[str, str]:
        """Return it as the script takes it."""
        kept = {"by": self.by, "action": self.action, "subject": self.subject, "detail": self.detail}
        return {name: value[:_LONGEST] for name, value in kept.items() if value}


@dataclass(frozen=True, slots=True)
class Page:
    """Some deeds, newest first, and the place after which the next page begins."""

    deeds: tuple[Deed, ...]
    after: str | None


async def note(store: Store, account_id: str, deed: Deed, days: int) -> None:
    """Keep a deed; raises StoreUnavailable."""
    await store.run(NOTE, account_id, keys.audit(account_id), record.dumps(deed.fields), days)


async def page(store: Store, account_id: str, after: str | None, most: int, by: str | None = None) -> Page:
    """Return deeds, newest first: those before the place `after`, which is of an earlier page; of one doer, by `by`."""
    found: list[tuple[str, Mapping[str, str]]] = []
    # of others' deeds there are no more than are kept
    while len(found) <= most:
        read = await _read(store, account_id, after, most + 1 if by is None else _READ)
        found += [(place, fields) for place, fields in read if by in (None, fields["by"])]
        if by is None or len(read) < _READ:
            break
        after = read[-1][0]
    deeds = tuple(_deed(fields) for _, fields in found[:most])
    return Page(deeds, found[most - 1][0] if len(found) > most else None)


async def _read(store: Store, account_id: str, after: str | None, most: int) -> list[tuple[str, Mapping[str, str]]]:
    async with store.asked(account_id) as client:
        key, top = keys.audit(account_id), f"({after}" if after else "+"
        read: list[tuple[str, Mapping[str, str]]] = await client.xrevrange(key, top, "-", count=most)
    return read


def _deed(fields: Mapping[str, str]) -> Deed:
    return Deed(
        by=fields["by"],
        action=fields["action"],
        subject=fields.get("subject", ""),
        detail=fields.get("detail", ""),
        at=int(fields["at"]),
    )
