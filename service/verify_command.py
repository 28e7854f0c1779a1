"""The command `order-tracker verify`: a table for people, JSON for programs, an exit code for scripts."""

from __future__ import annotations

import logging
import sys
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from service.terminal import output, table
from service.terminal.exit_code import ExitCode
from service.terminal.options import Accounts, Form, chosen

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from service.maintenance import Progress, Repair, Walk
    from service.settings import Settings

Repairs = Annotated[
    bool,
    typer.Option("--repair", help="Mend what can be decided from the records, then verify again."),
]

_HEAD: Final = ("ACCOUNT", "KEY", "WHAT IS WRONG", "REPAIR", "OUTCOME")


def verify(account: Accounts = None, repair: Repairs = False, form: Form = "table") -> None:
    """Check every index, line, counter and due time of an account against its orders' records.

    It may run at any time, beside the service, and so may --repair: each repair is one atomic step that reads again
    before it writes. What only a person can decide is left, and said.

    Exit code 0: nothing differs (with --repair: any more); 1: something does, or the store is away; 2: a setting is
    wrong.
    """
    import asyncio  # noqa: PLC0415

    from service import logs, settings  # noqa: PLC0415

    read = settings.load()
    # what goes wrong is its last line
    logs.configure("verify", logging.CRITICAL)
    done = asyncio.run(_run(read, chosen(read, account or ()), repairs=repair))
    told = {account_id: _told(each) for account_id, each in done.items()}
    if form == "json":
        output.show_json(told)
    else:
        _show(told)
    if not all(each["clean"] for each in told.values()):
        raise typer.Exit(ExitCode.WRONG)


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


def _show(told: Mapping[str, Any]) -> None:
    rows = [(account_id, *each.values()) for account_id, has in told.items() for each in _shown(has)]
    if rows:
        table.show(_HEAD, rows)
    for account_id, has in told.items():
        typer.echo(f"{account_id}: {_sentence(has)}")


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
