"""How a command of people is made: the options that all of them have, its examples, and what its exit codes mean."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Annotated, Any, Concatenate, Final, ParamSpec, TypeAlias, get_type_hints

import typer

from service.people import connection, failures
from service.people.session import Session
from service.terminal.options import Form

P = ParamSpec("P")
Work: TypeAlias = Callable[Concatenate[Session, P], None]

_WHERE: Final = "Where the tracker is"
Url = Annotated[
    str | None,
    typer.Option(help="Its address; ORDER_TRACKER_URL when left out.", show_default=False, rich_help_panel=_WHERE),
]
TokenFile = Annotated[
    Path | None,
    typer.Option(
        help="A file with the token; ORDER_TRACKER_TOKEN when left out.", show_default=False, rich_help_panel=_WHERE
    ),
]
Account = Annotated[
    str | None,
    typer.Option(
        help="The Bandwidth account; ORDER_TRACKER_ACCOUNT when left out.", show_default=False, rich_help_panel=_WHERE
    ),
]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Ids alone, one a line; nothing about the way.")]

_CODES: Final = (
    "Exit codes: 0 done; 1 an order ended partial, failed, rejected or cancelled; 2 wrong use or settings; "
    "3 refused by the API; 4 not available, or not in time; 5 an order needs attention; 130 Ctrl-C."
)


def command(app: typer.Typer, name: str, *examples: str) -> Callable[[Work[P]], Work[P]]:
    """Make a function a command: it is given a session and its own parameters; all foreseen errors are told."""

    def add(work: Work[P]) -> Work[P]:
        run = _with_options(work)
        shown = "\n\n".join(("Example:" if len(examples) == 1 else "Examples:", *examples, _CODES))
        app.command(name, epilog=shown, help=inspect.getdoc(work))(run)
        return work

    return add


def _with_options(work: Callable[..., None]) -> Callable[..., None]:
    """Return a function that has the options of all commands besides its own parameters, for typer to read."""

    def run(
        url: Url = None,
        token_file: TokenFile = None,
        account: Account = None,
        form: Form = "table",
        quiet: Quiet = False,
        **own: Any,
    ) -> None:
        with failures.told(form):
            found = connection.find(url, token_file, account)
            with closing(Session(found, form, quiet)) as session:
                work(session, **own)

    hints = get_type_hints(work, include_extras=True)
    shared = list(inspect.signature(run, eval_str=True).parameters.values())[:-1]
    theirs = list(inspect.signature(work).parameters.values())[1:]
    parameters = [
        each.replace(kind=each.KEYWORD_ONLY, annotation=hints.get(each.name, each.annotation))
        for each in (*theirs, *shared)
    ]
    typed: Any = run
    typed.__signature__ = inspect.Signature(parameters)
    typed.__annotations__ = {each.name: each.annotation for each in parameters}
    return run
