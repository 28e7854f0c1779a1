"""The command `order-tracker after-restore`: to be run once after data came from a backup, before workers start."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, Final

import typer

from service.terminal import output, table
from service.terminal.options import Accounts, Form, chosen

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from service.maintenance import Progress
    from service.settings import Settings

Forced = Annotated[bool, typer.Option("--force", help="Go on although worker processes are alive.")]

_HEAD: Final = ("ACCOUNT", "ACCEPTED", "HELD", "SUBMITTING", "NEEDS_ATTENTION")


def after_restore(account: Accounts = None, force: Forced = False, form: Form = "table") -> None:
    """Let orders be looked for at Bandwidth that a backup's records think unsent. Run it once, before workers start.

    After the backup was taken they may have been sent all the same: they become uncertain, are searched for, and sent
    only if no search finds them. Running it again changes nothing. It counts what it changed, by the state it found.

    Exit code 0: done; 1: worker processes are alive, or the store is away: run it again; 2: a setting is wrong.
    """
    import asyncio  # noqa: PLC0415

    from service import logs, settings  # noqa: PLC0415

    read = settings.load()
    logs.configure("after-restore")
    accounts = chosen(read, account or ())
    if not force:
        _require_no_workers(read)
    done = asyncio.run(_run(read, accounts))
    if form == "json":
        output.show_json(done)
    else:
        _show(done)


def _require_no_workers(settings: Settings) -> None:
    from service.errors import NotPossibleNow  # noqa: PLC0415
    from service.worker_registry import alive  # noqa: PLC0415

    found = alive(settings.queue_redis_url or settings.redis_url)
    if found:
        told = ", ".join(f"{each.step} on {each.host} (pid {each.pid}, {each.seconds_ago:g} s ago)" for each in found)
        raise NotPossibleNow(
            f"Worker processes are alive and may be sending orders that were sent before: {told}. Stop them first; "
            "one that was killed is forgotten after a minute or two, and --force does not wait for that."
        )


async def _run(settings: Settings, accounts: Sequence[str]) -> dict[str, dict[str, int]]:
    from service import wiring  # noqa: PLC0415
    from service.maintenance import Maintenance  # noqa: PLC0415

    desk = wiring.build(settings)
    maintenance = Maintenance(desk.store, settings)
    try:
        await desk.open()
        return {each: await maintenance.after_restore(each, _progress(each)) for each in accounts}
    finally:
        await desk.close()
        if sys.stderr.isatty():
            sys.stderr.write("\r\x1b[K")


def _progress(account_id: str) -> Progress:
    def tell(orders: int, marked: int) -> None:
        if sys.stderr.isatty():
            sys.stderr.write(f"\r\x1b[K{account_id}: {orders} orders, {marked} to be looked for")
            sys.stderr.flush()

    return tell


def _show(done: Mapping[str, Mapping[str, int]]) -> None:
    table.show(_HEAD, [(account_id, *map(str, counts.values())) for account_id, counts in done.items()])
    marked = sum(sum(counts.values()) for counts in done.values())
    orders = f"{marked or 'No'} order{'' if marked == 1 else 's'}"
    typer.echo(f"{orders} will be looked for at Bandwidth before anything is sent.")
