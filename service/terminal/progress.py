"""How far something is, on stderr: a bar that moves on a terminal, a line for each change elsewhere."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeAlias

from service.terminal.printable import one_line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

#: takes a sentence, and how many of how many are done
Tell: TypeAlias = "Callable[[str, int, int], None]"


@contextmanager
def shown(*, quiet: bool = False) -> Iterator[Tell]:
    """Show progress while a block runs, unless it is to be quiet."""
    if quiet:
        yield lambda _sentence, _done, _total: None
    elif sys.stderr.isatty():
        with _bar() as tell:
            yield tell
    else:
        yield _line


def _line(sentence: str, _done: int, _total: int) -> None:
    sys.stderr.write(f"{one_line(sentence)}\n")
    sys.stderr.flush()


@contextmanager
def _bar() -> Iterator[Tell]:
    from rich.console import Console  # noqa: PLC0415  (a tenth of a second that most processes need not)
    from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn  # noqa: PLC0415

    words = TextColumn("{task.description}", markup=False)
    columns = (SpinnerColumn(), words, BarColumn(20), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("", total=None)

        def tell(sentence: str, done: int, total: int) -> None:
            progress.update(task, description=one_line(sentence), completed=done, total=total or None)

        yield tell
