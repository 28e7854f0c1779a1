"""Tables: drawn to fit a terminal, with colours; elsewhere plain columns, one line for each row, for `grep` and `awk`.

Colours follow NO_COLOR and FORCE_COLOR (no-color.org), as rich does.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, Final

import typer

from service.terminal.printable import one_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

#: blanks between two columns
_GAP: Final = "  "


def show(
    head: Sequence[str],
    rows: Iterable[Sequence[str]],
    styles: Mapping[str, str] | None = None,
    needed: int | None = None,
) -> None:
    """Print a table; `styles` are rich's, for cells with exactly this text, on a terminal.

    With `needed`, columns behind so many are left out, the last one first, where a terminal is too narrow for them.
    """
    cells = [[one_line(cell) for cell in row] for row in rows]
    if sys.stdout.isatty():
        _draw(head, cells, styles or {}, needed)
    else:
        typer.echo("\n".join(lines(head, cells)))


def lines(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """Yield the lines of a table in plain columns."""
    table = [head, *rows]
    widths = [max(len(row[column]) for row in table) for column in range(len(head))]
    for row in table:
        yield _GAP.join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()


def drawn(
    head: Sequence[str], rows: Sequence[Sequence[str]], styles: Mapping[str, str], width: int, needed: int | None = None
) -> Any:
    """Return a table for rich, `width` columns of a terminal wide; its cells are one line each."""
    from rich.table import Table  # noqa: PLC0415  (a tenth of a second that most processes need not)
    from rich.text import Text  # noqa: PLC0415

    shown = len(head) if needed is None else _fitting(head, rows, width, needed)
    table = Table(box=None, pad_edge=False, padding=(0, len(_GAP), 0, 0), header_style="bold")
    for each in head[:shown]:
        table.add_column(each, overflow="fold")
    for row in rows:
        table.add_row(*(Text(cell, styles.get(cell, "")) for cell in row[:shown]))
    return table


def _draw(head: Sequence[str], rows: Sequence[Sequence[str]], styles: Mapping[str, str], needed: int | None) -> None:
    from rich.console import Console  # noqa: PLC0415

    console: Any = Console(highlight=False)
    console.print(drawn(head, rows, styles, console.width, needed))


def _fitting(head: Sequence[str], rows: Sequence[Sequence[str]], width: int, needed: int) -> int:
    """Return how many columns a terminal has room for."""
    from rich.cells import cell_len  # noqa: PLC0415

    widths = [max(map(cell_len, column)) for column in zip(head, *rows, strict=True)]
    shown = len(widths)
    while shown > needed and sum(widths[:shown]) + len(_GAP) * (shown - 1) > width:
        shown -= 1
    return shown
