"""Lines of a stream: columns of a known width, since nobody knows what is still to come."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import typer

from service.terminal.printable import one_line

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def show(cells: Sequence[str], widths: Sequence[int], styles: Mapping[str, str] | None = None) -> None:
    """Print a line at once; cells behind those that have a width are as long as they are."""
    padded = [
        (one_line(cell), one_line(cell).ljust(widths[place]) if place < len(widths) else one_line(cell))
        for place, cell in enumerate(cells)
    ]
    if sys.stdout.isatty():
        _draw(padded, styles or {})
    else:
        typer.echo("  ".join(text for _, text in padded).rstrip())


def _draw(padded: Sequence[tuple[str, str]], styles: Mapping[str, str]) -> None:
    from rich.console import Console  # noqa: PLC0415  (a tenth of a second that most processes need not)
    from rich.text import Text  # noqa: PLC0415

    console: Any = Console(highlight=False)
    console.print(Text("  ").join(Text(text, styles.get(cell, "")) for cell, text in padded), soft_wrap=True)
