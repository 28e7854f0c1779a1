"""What a command reads besides its arguments: a body, an upload, secrets. None of it stands on the command line."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from service import strict_json
from service.errors import Misconfigured
from service.terminal.printable import one_line

#: stands for standard input
STDIN: Final = Path("-")

File = Annotated[
    Path, typer.Argument(metavar="FILE", help="A file with the order's JSON; - is standard input.", show_default=True)
]
Secrets = Annotated[
    list[str] | None,
    typer.Option(
        "--secret",
        metavar="POINTER=FROM",
        help="Give a secret again, such as /groups/0/port_out_passcode=-: - asks for it, or reads a line; else a file.",
        show_default=False,
    ),
]


def body(path: Path) -> Mapping[str, Any]:
    """Return the JSON object of a file; raises MalformedRequest for any other text, Misconfigured without a file."""
    found = strict_json.parse(content(path), _named(path))
    if not isinstance(found, Mapping):
        raise Misconfigured(f"{_named(path)} holds no JSON object: an order is {{...}}.")
    return found


def content(path: Path) -> bytes:
    """Return what a file holds; raises Misconfigured."""
    try:
        if path != STDIN:
            return path.read_bytes()
        if sys.stdin.isatty():
            sys.stderr.write("Type or paste it here; Ctrl-D on a line of its own ends it.\n")
        return sys.stdin.buffer.read()
    except OSError as error:
        raise Misconfigured(f"{_named(path)} cannot be read: {error.strerror}.") from None


def secrets(asked: Sequence[str] | None) -> dict[str, str] | None:
    """Return secrets by the JSON pointers of their fields; raises BadParameter for one on the command line."""
    return {pointer: _secret(pointer, source) for pointer, source in map(_parted, asked or ())} or None


def _parted(text: str) -> tuple[str, str]:
    pointer, _, source = text.rpartition("=") if "=" in text else (text, "", "-")
    if not pointer.startswith("/"):
        raise typer.BadParameter("Give --secret as POINTER=FROM, such as /groups/0/port_out_passcode=-.")
    return pointer, source


def _secret(pointer: str, source: str) -> str:
    if source == "-":
        if sys.stdin.isatty():
            found: str = typer.prompt(one_line(pointer), hide_input=True, err=True)
            return found
        line = sys.stdin.readline()
    else:
        line = _of_file(pointer, Path(source))
    if not line.strip():
        raise Misconfigured(f"There is no secret for {one_line(pointer)}: the input has no line for it.")
    return line.rstrip("\r\n")


def _of_file(pointer: str, path: Path) -> str:
    try:
        return path.read_text().strip()
    except (OSError, UnicodeDecodeError):
        # what was meant as the secret itself is not repeated
        raise Misconfigured(
            f"What --secret names for {one_line(pointer)} is no file that can be read. "
            "A secret stands on no command line: others see that. Give - and type it, or a file."
        ) from None


def _named(path: Path) -> str:
    return "Standard input" if path == STDIN else one_line(str(path))
