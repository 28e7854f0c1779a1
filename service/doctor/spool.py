"""The spool: can callbacks be written there from here, and does something wait in it."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

from service.doctor.finding import Finding, some
from service.errors import Misconfigured
from service.spool import directory

if TYPE_CHECKING:
    from collections.abc import Iterator

    from service.wiring import Desk


async def room(desk: Desk) -> list[Finding]:
    """Look at the directory, as this machine sees it."""
    return await asyncio.to_thread(lambda: [*_look(desk.settings.spool_dir)])


def _look(folder: str) -> Iterator[Finding]:
    if not folder:
        do = (
            "set TRACKER_SPOOL_DIR: while the store is away callbacks are answered 503, and Bandwidth never repeats one"
        )
        yield Finding("spool", "warn", "there is none", do)
        return
    try:
        directory.check(folder)
    except Misconfigured as error:
        yield Finding("spool", "fail", error.detail, "API and clock need it; other machines do not")
        return
    waiting = directory.waiting(Path(folder))
    if waiting.entries:
        do = "bring the store back, and see that API or clock runs on this machine: they drain it"
        yield Finding("spool", "warn", f"{some(waiting.entries, 'callback waits', 'callbacks wait')} in {folder}", do)
    if waiting.aside:
        do = "start a process with the TRACKER_SECRET_KEY of that time, and name the files .spool again"
        yield Finding("spool", "warn", f"{some(waiting.aside, 'file')} could not be read: sealed with another key", do)
    if not (waiting.entries or waiting.aside):
        yield Finding("spool", "ok", f"{folder} can be written, and nothing waits")
