"""Whether a process on this machine is well, for probes of containers and for people: 0 it is, 1 it is not.

Only what ending it would mend is not well: a process that hangs, or none. While the store is away, or Bandwidth, all
processes wait for it and are well. How the whole installation does is `order-tracker doctor`'s to say.
"""

from __future__ import annotations

import socket
from typing import Annotated, Final, Literal

import typer

#: seconds after which a process that has not gone on hangs: a server of RQ's that freezes costs a worker half of it
HANGS_SECONDS: Final = 60.0

app = typer.Typer(no_args_is_help=True)

Within = Annotated[float, typer.Option(min=2.0, help="Seconds within which it must have gone on.")]


@app.command()
def worker(
    queue: Annotated[
        Literal["submit", "check", "deliver"] | None,
        typer.Option(help="Only workers of this queue.", show_default=False),
    ] = None,
    within: Within = HANGS_SECONDS,
) -> None:
    """Tell whether the worker processes on this machine go on."""
    start = f"order-tracker worker {queue or 'STEP'}"
    _tell(f"worker-{queue or '*'}", f"worker process{f' on {queue}' if queue else ''}", start, within)


@app.command()
def clock(within: Within = HANGS_SECONDS) -> None:
    """Tell whether the clock on this machine goes round."""
    _tell("clock", "clock", "order-tracker clock", within)


@app.command()
def api(
    url: Annotated[str, typer.Option(help="Address of the API.")] = "http://127.0.0.1:8080",
    ready: Annotated[bool, typer.Option("--ready", help="Also whether it should be sent requests (/readyz).")] = False,
) -> None:
    """Tell whether an API process answers."""
    import asyncio  # noqa: PLC0415

    from service.outgoing import probing  # noqa: PLC0415

    address = url.rstrip("/") + ("/readyz" if ready else "/livez")
    try:
        told = asyncio.run(probing.ask(address))
    except (ValueError, TypeError) as error:
        raise typer.BadParameter(str(error), param_hint="--url") from None
    said = told.error or " ".join(told.text.split("\n")).strip()[:300]
    if told.status == 200:  # noqa: PLR2004
        typer.echo(f"healthy: {address} says {said}")
        return
    _not_healthy(f"{address} says {told.status or 'nothing'}: {said}", "see its log; if it hangs, end it")


def _tell(roles: str, noun: str, start: str, within: float) -> None:
    from service.processes import beating  # noqa: PLC0415

    found = beating.seen(roles)
    hung = [each for each in found if each.seconds_ago > within]
    if hung:
        said = "; ".join(f"{each.role} (pid {each.pid}) has not gone on for {each.seconds_ago:.0f} s" for each in hung)
        pids = " ".join(str(each.pid) for each in hung)
        _not_healthy(said, f"end it, whoever runs it starts another: kill -9 {pids}")
    if not found:
        _not_healthy(f"no {noun} runs on {socket.gethostname()} as this user", f"start one: {start}")
    typer.echo("healthy: " + ", ".join(f"{each.role} (pid {each.pid}) {each.seconds_ago:.0f} s ago" for each in found))


def _not_healthy(said: str, do: str) -> None:
    typer.echo(f"not healthy: {said}; {do}")
    raise typer.Exit(1)
