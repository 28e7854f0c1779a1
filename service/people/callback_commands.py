"""The commands `order-tracker callbacks orphans` and `replay`.

An orphan is what Bandwidth said by callbacks of an order that nobody here knows.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Annotated, Final

import typer

from service.people.command import command
from service.people.listing import ALL, All, Limit, Listing, show
from service.people.session import Session
from service.terminal import moments

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from service.client import Orphan, ReplayedOrphan

app = typer.Typer()

_ORPHANS: Final = ("KEY", "ORDER TYPE", "LAST STATUS", "CALLBACKS", "FIRST", "LAST", "EXPIRES", "ADOPTION")
_REPLAYED: Final = ("KEY", "OUTCOME", "ORDER", "CALLBACKS", "ADOPTION", "ORDERS LOOKED AT")
_NONE: Final = "There are no callbacks of unknown orders."


@command(app, "orphans", "order-tracker callbacks orphans")
def orphans(session: Session, limit: Limit = 50, everything: All = False) -> None:
    """List what callbacks said of orders that nobody knows, the newest first; kept for 7 days after the last one."""
    show(session, ORPHANS, session.tracker.iter_orphans(), ALL if everything else limit)


@command(
    app,
    "replay",
    "order-tracker callbacks replay order:5b3a1f1e-7a5f-4a43-9d0e-6f5a3f1f5a10",
    "order-tracker callbacks replay --all",
)
def replay(
    session: Session,
    key: Annotated[
        str | None,
        typer.Argument(
            metavar="KEY", help="As the list tells it: order:BANDWIDTH_ID or reference:TEXT.", show_default=False
        ),
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="Every orphan of the account.")] = False,
) -> None:
    """Hear the callbacks of an orphan again, as if they came now; nothing of this ends an order.

    Where the order is known by now they are applied to it, and the orphan is gone. Where not, the order is fetched at
    once as one placed elsewhere, and orders of ours with its reference that may be it are looked for at once.
    """
    if (key is None) != everything:
        raise typer.BadParameter("Give the KEY of an orphan, or --all.")
    show(session, REPLAYED, _replayed(session, key), ALL)


def _replayed(session: Session, key: str | None) -> Iterator[ReplayedOrphan]:
    from service.client import NotFound  # noqa: PLC0415

    if key is not None:
        yield session.tracker.replay_orphan(key)
        return
    # the list moves while its orphans are heard
    for each in [orphan.key for orphan in session.tracker.iter_orphans()]:
        try:
            yield session.tracker.replay_orphan(each)
        except NotFound:
            session.remark(f"{each} is gone: its order has learnt its id meanwhile.")


def _row(orphan: Orphan) -> Sequence[str]:
    doing = orphan.adoption
    adoption = f"{doing.kind}, tried {doing.tries}x, next {moments.local(doing.due_at)}" if doing else "-"
    told = (orphan.order_type or "-", orphan.last_status or "-", str(orphan.callbacks))
    times = (orphan.first_received_at, orphan.last_received_at, orphan.expires_at)
    return [orphan.key, *told, *map(moments.local, times), adoption]


def _outcome(orphan: ReplayedOrphan) -> Sequence[str]:
    heard = ", ".join(f"{count} {outcome}" for outcome, count in Counter(c.outcome for c in orphan.callbacks).items())
    adoption = "due now" if orphan.adoption_due else "-"
    looked = ", ".join(orphan.orders_looked_at) or "-"
    return [orphan.key, orphan.outcome, orphan.order_id or "-", heard or "-", adoption, looked]


ORPHANS: Final[Listing[Orphan]] = Listing("orphans", _ORPHANS, _row, lambda orphan: orphan.key, _NONE, needed=4)
REPLAYED: Final[Listing[ReplayedOrphan]] = Listing(
    "orphans", _REPLAYED, _outcome, lambda orphan: orphan.key, _NONE, needed=4
)
