"""What a command prints for programs: one JSON value on stdout, or one on each line."""

from __future__ import annotations

import re
from typing import Any, Final

import typer

#: JSON may hold these as they are, and a terminal may act on them
_ACTING: Final = re.compile("[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")


def show_json(value: Any) -> None:
    """Print a value as JSON."""
    import orjson  # noqa: PLC0415  (processes that print none need it later, or never)

    typer.echo(escaped(orjson.dumps(value, option=orjson.OPT_INDENT_2)))


def show_line(value: Any) -> None:
    """Print a value as a line of JSON, at once: one of many, or of a stream."""
    import orjson  # noqa: PLC0415

    typer.echo(escaped(orjson.dumps(value)))


def escaped(document: bytes) -> str:
    """Write what a terminal may act on as JSON's escapes, which mean the same to a program."""
    return _ACTING.sub(lambda found: f"\\u{ord(found[0]):04x}", document.decode())
