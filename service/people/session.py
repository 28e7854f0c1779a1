"""What every command is given: the tracker that it talks to, and how it answers."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import typer

from service.terminal import output
from service.terminal.printable import block, one_line

if TYPE_CHECKING:
    from collections.abc import Callable

    from service.client import AsyncOrderTracker, OrderTracker
    from service.people.connection import Connection


@dataclass(frozen=True)
class Session:
    """One command's."""

    connection: Connection
    #: `table` for people, `json` for programs
    form: str
    #: ids alone, and nothing on the way
    quiet: bool

    @cached_property
    def tracker(self) -> OrderTracker:
        """Return the tracker; what runs the command closes it."""
        from service.client import OrderTracker  # noqa: PLC0415  (help needs none of it)

        where = self.connection
        return OrderTracker(where.url, where.token, where.account_id)

    def async_tracker(self) -> AsyncOrderTracker:
        """Return a tracker for asyncio, to be opened with `async with`."""
        from service.client import AsyncOrderTracker  # noqa: PLC0415

        where = self.connection
        return AsyncOrderTracker(where.url, where.token, where.account_id)

    def close(self) -> None:
        """Close the connections, if there are any."""
        if "tracker" in self.__dict__:
            self.tracker.close()

    def show(self, value: Any, name: str, picture: Callable[[], None]) -> None:
        """Print one thing: its JSON for programs, its name where that is enough, its picture for people."""
        if self.form == "json":
            output.show_json(value)
        elif self.quiet:
            typer.echo(one_line(name))
        else:
            picture()

    def remark(self, text: str) -> None:
        """Say something on stderr that is not what was asked for."""
        if not self.quiet:
            sys.stderr.write(f"{block(text)}\n")
