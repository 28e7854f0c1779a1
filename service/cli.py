"""The command line: `order-tracker`. Each command imports what it needs when it runs, so that processes stay small.

The service never imports the workers: they are found by dotted path.
"""

from __future__ import annotations

import sys
from importlib import import_module
from importlib.metadata import version as version_of
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

import typer
from typer.core import TyperGroup

from service import (
    client_commands,
    doctor_command,
    health_commands,
    restore_command,
    subscription_commands,
    verify_command,
)
from service.errors import Misconfigured, TrackerError
from service.local import commands
from service.local.commands import Descriptor, Host
from service.local.ports import inherited
from service.people import menu

if TYPE_CHECKING:
    from service.settings import Settings

#: what the commands call in the workers' house, by dotted path
WORKERS: Final = {
    "worker": "workers.process:WorkerProcess",
    "workers": "workers.pool:run",
    "clock": "workers.clock:run",
}

_ORDERS: Final = "Orders"
_SERVE: Final = "Processes"
_TRY: Final = "On this machine"
_PANELS: Final = (_ORDERS, _SERVE, _TRY)


class Panels(TyperGroup):
    """Lists commands panel by panel; typer lists groups of commands behind all others."""

    def list_commands(self, ctx: Any) -> list[str]:
        """Return the commands as help shows them."""
        commands: Any = self.commands
        return sorted(super().list_commands(ctx), key=lambda name: _PANELS.index(commands[name].rich_help_panel))


app = typer.Typer(
    cls=Panels,
    help="Durable orders for Bandwidth's telephone-number features: JSON in, a verified outcome per number out.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def main() -> None:
    """Run a command; an error of ours is one message: exit code 2 when a setting is wrong, else 1."""
    try:
        app()
    except TrackerError as error:
        sys.stderr.write(f"{error.detail}\n")
        sys.exit(2 if isinstance(error, Misconfigured) else 1)


def found(command: str) -> Any:
    """Return what a command calls in the workers' house."""
    module, _, attribute = WORKERS[command].partition(":")
    return getattr(import_module(module), attribute)


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"order-tracker {version_of('bandwidth-order-tracker')}")
        raise typer.Exit


@app.callback()
def _options(
    _asked: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    """Read what stands before the command."""


@app.command(rich_help_panel=_SERVE)
def api(
    host: Host = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65_535, help="Port to listen on.")] = 8080,
    fd: Descriptor = None,
) -> None:
    """Serve the API and the door for Bandwidth's callbacks."""
    from service import web  # noqa: PLC0415

    web.serve(_settings("api"), host, port, inherited(fd))


@app.command(rich_help_panel=_SERVE)
def worker(
    step: Annotated[
        Literal["submit", "check", "deliver"], typer.Argument(help="The queue to work on.", show_default=False)
    ],
) -> None:
    """Run one worker process on one queue."""
    found("worker")(_settings(f"worker-{step}"), step).run()


@app.command(rich_help_panel=_SERVE)
def workers(
    submit: Annotated[int, typer.Option(min=0, help="Processes that send orders.")] = 1,
    check: Annotated[int, typer.Option(min=0, help="Processes that check them.")] = 1,
    deliver: Annotated[int, typer.Option(min=0, help="Processes that bring events to endpoints.")] = 1,
) -> None:
    """Run a pool of worker processes; one that dies is started again."""
    _settings("workers")
    found("workers")(submit, check, deliver)


@app.command(rich_help_panel=_SERVE)
def clock() -> None:
    """Ring for orders that are overdue; run one or more."""
    import asyncio  # noqa: PLC0415

    asyncio.run(found("clock")(_settings("clock")))


menu.add_to(app, _ORDERS)
app.add_typer(
    subscription_commands.app,
    name="subscriptions",
    help="See to the subscriptions by which Bandwidth calls us back.",
    rich_help_panel=_SERVE,
)
app.add_typer(
    client_commands.app,
    name="clients",
    help="See to the clients that may call the API, and their tokens.",
    rich_help_panel=_SERVE,
)
app.add_typer(
    health_commands.app,
    name="health",
    help="Tell whether a process is well: 0 it is, 1 it is not, 2 it was asked wrongly.",
    rich_help_panel=_SERVE,
)
app.command(rich_help_panel=_SERVE)(doctor_command.doctor)
app.command(rich_help_panel=_SERVE)(verify_command.verify)
app.command(rich_help_panel=_SERVE)(restore_command.after_restore)
app.command(rich_help_panel=_TRY)(commands.sandbox)
app.command(rich_help_panel=_TRY)(commands.local)


def _settings(process: str) -> Settings:
    from service.process_start import start  # noqa: PLC0415

    return start(process)


if __name__ == "__main__":
    main()
