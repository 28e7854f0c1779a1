"""A table that lives: drawn again in its place whenever something in it changes. Only for terminals."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeAlias

from service.terminal import table
from service.terminal.printable import one_line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

#: takes the rows as they are now, and a line to stand below them
Draw: TypeAlias = "Callable[[Sequence[Sequence[str]], str], None]"


@contextmanager
def shown(head: Sequence[str], styles: Mapping[str, str], needed: int) -> Iterator[Draw]:
    """Draw a table as often as it is asked for; of more rows than a terminal has lines, the last ones."""
    from rich.console import Console, Group  # noqa: PLC0415  (a tenth of a second that most processes need not)
    from rich.live import Live  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    console: Any = Console(highlight=False)
    with Live(console=console, auto_refresh=False) as live:

        def draw(rows: Sequence[Sequence[str]], below: str) -> None:
            room = max(1, console.height - 3)
            cells = [[one_line(cell) for cell in row] for row in rows[-room:]]
            drawn = table.drawn(head, cells, styles, console.width, needed)
            live.update(Group(drawn, Text(one_line(below), "dim")), refresh=True)

        yield draw
