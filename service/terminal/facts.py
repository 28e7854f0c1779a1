"""What is known of one thing: a line for each fact, its name before it."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import typer

from service.terminal.printable import one_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    Facts = Iterable[tuple[str, str | None]]


def show(facts: Facts, styles: Mapping[str, str] | None = None) -> None:
    """Print facts in two columns, without those that are None; `styles` are rich's, for exactly this text."""
    told = [(one_line(name), one_line(text)) for name, text in facts if text is not None]
    if sys.stdout.isatty():
        _draw(told, styles or {})
        return
    width = max((len(name) for name, _ in told), default=0)
    for name, text in told:
        typer.echo(f"{name:<{width}}  {text}".rstrip())


def _draw(told: Iterable[tuple[str, str]], styles: Mapping[str, str]) -> None:
    from rich.console import Console  # noqa: PLC0415  (a tenth of a second that most processes need not)
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    grid = Table.grid(padding=(0, 2))
    grid.add_column(style="dim", no_wrap=True)
    grid.add_column(overflow="fold")
    for name, text in told:
        grid.add_row(Text(name), Text(text, styles.get(text, "")))
    console: Any = Console(highlight=False)
    console.print(grid)
