"""Guards: what stands between an exchange and the wire, and may hold it back before its first byte."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Protocol

if TYPE_CHECKING:
    from service.exchange import Exchange


class Withheld(Exception):
    """A guard lets no byte of this exchange be written; the message says why."""


class LeaseEnded(Withheld):
    """The lease does not cover this exchange."""


class Guard(Protocol):
    """Stands between an exchange and the wire: the account's meter, and the worker's lease on an order."""

    async def before(self, exchange: Exchange) -> None:
        """Wait until the exchange may be made, and a lease covers the whole of it; raise Withheld when it may not."""

    def writing(self, exchange: Exchange) -> None:
        """Be told that the first byte is about to be written; raise Withheld to stop it."""

    def written(self) -> None:
        """Be told that the request is out, or will never be."""


class Unguarded:
    """Neither meter nor lease stands behind this exchange."""

    async def before(self, exchange: Exchange) -> None:
        """Let it pass."""

    def writing(self, exchange: Exchange) -> None:
        """Let it pass."""

    def written(self) -> None:
        """Take no note."""


UNGUARDED: Final = Unguarded()
