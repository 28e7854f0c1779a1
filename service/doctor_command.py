"""The command `order-tracker doctor`: a line for each check, what to do about what is wrong, an exit code."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Final

import typer

from service.terminal import output, table
from service.terminal.exit_code import ExitCode
from service.terminal.options import Form

if TYPE_CHECKING:
    from collections.abc import Sequence

    from service.doctor.finding import Finding
    from service.settings import Settings

_HEAD: Final = ("LEVEL", "CHECK", "ACCOUNT", "FOUND", "DO")
_STYLES: Final = {"ok": "green", "warn": "yellow", "fail": "bold red"}


def doctor(form: Form = "table") -> None:
    """Look at settings, Redis, processes, Bandwidth, callbacks, events and orders, and say what to do.

    It changes nothing, and may run at any time, on any machine that has the settings: what it says of the spool and of
    the way to Bandwidth and back is seen from there.

    Exit code 0: nothing fails (`warn` is for people to know); 1: something fails; 2: a setting is wrong.
    """
    import asyncio  # noqa: PLC0415

    from service import logs, settings  # noqa: PLC0415
    from service.errors import Misconfigured  # noqa: PLC0415

    # what goes wrong is a line of the table
    logs.configure("doctor", logging.CRITICAL)
    try:
        read = settings.load()
    except Misconfigured as error:
        _show(_wrong_settings(error.detail), form)
        raise typer.Exit(ExitCode.USAGE) from None
    found = asyncio.run(_run(read))
    _show(found, form)
    if any(each.level == "fail" for each in found):
        raise typer.Exit(ExitCode.WRONG)


async def _run(settings: Settings) -> list[Finding]:
    from dataclasses import replace  # noqa: PLC0415

    from service import wiring  # noqa: PLC0415
    from service.doctor.examination import examine  # noqa: PLC0415
    from service.doctor.finding import Finding  # noqa: PLC0415

    # a server that may lose what it acknowledged is refused by every other process: here it is looked at all the same
    desk = wiring.build(settings.model_copy(update={"durability": "unsafe"}))
    try:
        found = await examine(replace(desk, settings=settings))
    finally:
        await desk.close()
    return [Finding("settings", "ok", f"all read; accounts {', '.join(settings.accounts)}"), *found]


def _wrong_settings(detail: str) -> list[Finding]:
    from service.doctor.finding import Finding  # noqa: PLC0415

    problems = [line.partition(": ") for line in detail.splitlines()]
    return [Finding("settings", "fail", f"{name}: {said}", f"correct {name}") for name, _, said in problems]


def _show(found: Sequence[Finding], form: str) -> None:
    if form == "json":
        shown = [
            {
                "check": each.check,
                "account_id": each.account_id,
                "level": each.level,
                "found": each.found,
                "do": each.do,
            }
            for each in found
        ]
        output.show_json({"ok": all(each.level != "fail" for each in found), "findings": shown})
        return
    table.show(
        _HEAD, [(each.level, each.check, each.account_id or "-", each.found, each.do) for each in found], _STYLES
    )
