"""The commands of people, by what they are about; those of a noun are loaded when somebody uses it.

A process of the service, which is a command of the same program, pays for none of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any, Final, NamedTuple

import typer
from typer.core import TyperGroup
from typer.main import get_group


class Noun(NamedTuple):
    """What some commands are about, and where they are."""

    does: str
    #: modules of this shelf and names in them
    apps: tuple[str, ...]


NOUNS: Final[Mapping[str, Noun]] = {
    "orders": Noun(
        "Submit orders, see what became of them, and decide about them.",
        ("submit_commands:app", "batch_commands:orders", "order_commands:app", "watch_commands:app"),
    ),
    "batches": Noun("See to batches: many orders made of one upload.", ("batch_commands:app",)),
    "numbers": Noun("See what is known of a telephone number.", ("number_commands:app",)),
    "events": Noun("Listen to what happens.", ("event_commands:app",)),
    "endpoints": Noun("See to the addresses of other services that are told of events.", ("endpoint_commands:app",)),
    "deliveries": Noun("See how events reach an endpoint, and send them again.", ("delivery_commands:app",)),
    "callbacks": Noun("See to callbacks of orders that nobody here knows.", ("callback_commands:app",)),
}


class Shelf(TyperGroup):
    """The commands of a noun."""

    def list_commands(self, ctx: Any) -> list[str]:
        """Return their names."""
        self._load()
        return super().list_commands(ctx)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Return one of them."""
        self._load()
        return super().get_command(ctx, cmd_name)

    def _load(self) -> None:
        if self.commands or self.name is None:
            return
        for each in NOUNS[self.name].apps:
            module, _, app = each.partition(":")
            found = getattr(import_module(f"service.people.{module}"), app)
            self.commands.update(get_group(found).commands)


def add_to(app: typer.Typer, panel: str) -> None:
    """Add every noun to the program's commands."""
    for name, noun in NOUNS.items():
        app.add_typer(typer.Typer(cls=Shelf), name=name, help=noun.does, rich_help_panel=panel, no_args_is_help=True)
