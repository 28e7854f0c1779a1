"""The command `order-tracker verify`: a table for people, JSON for programs, an exit code for scripts."""

from __future__ import annotations

import logging
import sys
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

import typer

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from service.maintenance import Progress, Repair, Walk
    from service.settings import Settings

Accounts = Annotated[
    list[str] | None, typer.Argument(help="Accounts; all of TRACKER_ACCOUNTS when none is given.", show_default=False)
]
Repairs = Annotated[
    bool,
    typer.Option("--repair", help="Mend what can be decided from the records, then verify again."),
]
Form = Annotated[Literal["table", "json"], typer.Option("--format", help="For people, or for programs.")]

_HEAD: Final = ("ACCOUNT", "KEY", "WHAT IS WRONG", "REPAIR", "OUTCOME")


def verify(account: Accounts = None, repair: Repairs = False, form: Form = "table") -> None:
    """Check every index, line, counter and due time of an account against its orders' records.

    It may run at any time, beside the service, and so may --repair: each repair is one atomic step that reads again
    before it writes. What only a person can decide is left, and said.

    Exit code 0: nothing differs (with --repair: any more); 1: something does, or the store is away; 2: a setting is
    wrong.
    """
    import asyncio  # noqa: PLC0415

    import orjson  # noqa: PLC0415

    from service import logs, settings  # noqa: PLC0415

    read = settings.load()
    # what goes wrong is its last line
    logs.configure("verify", logging.CRITICAL)
    done = asyncio.run(_run(read, chosen(read, account or ()), repairs=repair))
    told = {account_id: _told(each) for account_id, each in done.items()}
    if form == "json":
        typer.echo(orjson.dumps(told, option=orjson.OPT_INDENT_2))
    else:
        typer.echo("\n".join(_table(told)))
    if not all(each["clean"] for each in told.values()):
        raise typer.Exit(1)


def chosen(settings: Settings, accounts: Sequence[str]) -> Sequence[str]:
    """Return the accounts that a command is about; raises Misconfigured for one that is not served."""
    from service.errors import Misconfigured  # noqa: PLC0415

    if strange := [each for each in accounts if each not in settings.accounts]:
        raise Misconfigured(f"TRACKER_ACCOUNTS does not name {', '.join(strange)}.")
    return accounts or settings.accounts


async def _run(settings: Settings, accounts: Sequence[str], *, repairs: bool) -> dict[str, Walk | Repair]:
    from service import wiring  # noqa: PLC0415
    from service.maintenance import Maintenance  # noqa: PLC0415

    desk = wiring.build(settings)
    maintenance = Maintenance(desk.store, settings)
    run = maintenance.repair if repairs else maintenance.verify
    try:
        await desk.open()
        return {each: await run(each, _progress(each)) for each in accounts}
    finally:
        await desk.close()
        if sys.stderr.isatty():
            sys.stderr.write("\r\x1b[K")


def _progress(account_id: str) -> Progress:
    def tell(keys: int, differences: int) -> None:
        if sys.stderr.isatty():
            sys.stderr.write(f"\r\x1b[K{account_id}: {keys} keys, {differences} differences")
            sys.stderr.flush()

    return tell


def _told(done: Walk | Repair) -> dict[str, Any]:
    from service.maintenance import Repair  # noqa: PLC0415

    if not isinstance(done, Repair):
        return _walk_json(done) | {"clean": done.count == 0}
    return _walk_json(done.found) | {"clean": done.remaining.count == 0, "remaining": _walk_json(done.remaining)}


def _walk_json(walk: Walk) -> dict[str, Any]:
    shown = [
        {"key": each.key, "wrong": each.wrong, "repair": each.repair, "outcome": each.outcome} for each in walk.findings
    ]
    return {"keys": walk.keys, "differences": walk.count, "findings": shown}


def _table(told: Mapping[str, Any]) -> Iterator[str]:
    rows = [(account_id, *each.values()) for account_id, has in told.items() for each in _shown(has)]
    if rows:
        widths = [max(len(row[column]) for row in (_HEAD, *rows)) for column in range(len(_HEAD))]
        for row in (_HEAD, *rows):
            yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
    for account_id, has in told.items():
        yield f"{account_id}: {_sentence(has)}"


def _shown(has: Mapping[str, Any]) -> list[dict[str, str]]:
    """Return what was found, and besides what only the walk after a repair found."""
    found, later = has["findings"], has.get("remaining", {}).get("findings", [])
    known = {(each["key"], each["wrong"]) for each in found}
    return [*found, *(each for each in later if (each["key"], each["wrong"]) not in known)]


def _sentence(has: Mapping[str, Any]) -> str:
    differences = has["differences"]
    found = f"{differences or 'no'} difference{'' if differences == 1 else 's'} in {has['keys']} keys"
    if untold := differences - len(has["findings"]):
        found += f" ({untold} of them not shown)"
    if differences and "remaining" in has:
        found += f"; after the repair {has['remaining']['differences'] or 'none'}"
    return f"{found}."
