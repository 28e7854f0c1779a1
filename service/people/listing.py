"""Lists: so many, or all; a table, ids, or JSON, which for all of a long list is a line for each."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Annotated, Generic, TypeVar

import typer

from service.people.session import Session
from service.terminal import output, table
from service.terminal.printable import one_line

if TYPE_CHECKING:
    from service.client import Model

M = TypeVar("M", bound="Model")

Limit = Annotated[int, typer.Option("--limit", "-n", min=1, max=100_000, help="How many.")]
All = Annotated[bool, typer.Option("--all", help="All of them; as JSON, one on each line.", show_default=False)]
#: `limit` where all are wanted
ALL = None


@dataclass(frozen=True, slots=True)
class Listing(Generic[M]):
    """How things of one sort are listed."""

    #: under which the API's JSON has them
    key: str
    head: Sequence[str]
    row: Callable[[M], Sequence[str]]
    name: Callable[[M], str]
    #: said when there are none
    none: str
    #: columns that a narrow terminal keeps
    needed: int | None = None
    styles: Mapping[str, str] = field(default_factory=dict)


def show(session: Session, listing: Listing[M], items: Iterator[M], limit: int | None) -> None:
    """Print the first so many of a list, or with ALL the whole of it."""
    if session.form == "json" and limit is None:
        for each in items:
            output.show_line(dict(each.raw))
        return
    if session.quiet and session.form != "json":
        for each in islice(items, limit):
            typer.echo(one_line(listing.name(each)))
        return
    found = list(islice(items, None if limit is None else limit + 1))
    shown = found[:limit]
    if session.form == "json":
        output.show_json({listing.key: [dict(each.raw) for each in shown]})
    elif shown:
        table.show(listing.head, map(listing.row, shown), listing.styles, listing.needed)
    else:
        session.remark(listing.none)
    if len(found) > len(shown):
        session.remark(f"There are more than {limit}: give --all, or a larger --limit.")
