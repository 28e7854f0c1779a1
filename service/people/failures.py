"""What goes wrong in a command: said on stderr, and told by the exit code."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

import typer

from service import errors
from service.terminal.exit_code import ExitCode
from service.terminal.output import escaped
from service.terminal.printable import block, one_line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from service.client import Problem, TrackerError
    from service.client.problem import FieldError

#: field errors that people are shown
_SHOWN: Final = 50


@contextmanager
def told(form: str) -> Iterator[None]:
    """Run a command, and end it with an exit code where something that is foreseen goes wrong."""
    from service import client  # noqa: PLC0415  (help needs none of it)

    try:
        yield
    except errors.TrackerError as error:
        _say(error.detail)
        raise typer.Exit(ExitCode.USAGE) from None
    except client.TrackerError as error:
        _say_problem(error, form)
        raise typer.Exit(code_of(error)) from None
    except BrokenPipeError:
        # what is still buffered has nowhere to go, and Python would complain at its end
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise typer.Exit(ExitCode.UNREAD) from None


def code_of(error: TrackerError) -> ExitCode:
    """Return the exit code that an error of the client stands for."""
    from service import client  # noqa: PLC0415

    match error:
        case client.Misconfigured():
            return ExitCode.USAGE
        case client.Refused():
            return ExitCode.REFUSED
    return ExitCode.UNAVAILABLE


def _say_problem(error: TrackerError, form: str) -> None:
    from service import client  # noqa: PLC0415

    if not isinstance(error, client.ProblemError):
        _say(str(error))
    elif form == "json":
        import orjson  # noqa: PLC0415

        _say(escaped(orjson.dumps(dict(error.problem.raw), option=orjson.OPT_INDENT_2)))
    else:
        _say("\n".join(_lines(error.problem)))


def _lines(problem: Problem) -> Iterator[str]:
    title = problem.title or problem.slug
    yield f"{title.rstrip('.')} (HTTP {problem.status}, {problem.slug})"
    if problem.detail and problem.detail.rstrip(".") != title.rstrip("."):
        yield problem.detail
    for each in problem.errors[:_SHOWN]:
        yield f"  {_place(each)}: {each.detail}{f' [{each.code}]' if each.code else ''}"
    if (more := len(problem.errors) - _SHOWN) > 0:
        yield f"  and {more} more: --format json shows all of them"
    if problem.order_id:
        yield f"It is order {problem.order_id}: look with order-tracker orders get {problem.order_id}"


def _place(error: FieldError) -> str:
    pointer = one_line(error.pointer) or "/"
    return f"line {error.line} {pointer}" if error.line else pointer


def _say(text: str) -> None:
    sys.stderr.write(f"{block(text)}\n")
