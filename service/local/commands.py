"""The commands of everything on this machine: `sandbox`, and `local`, which starts it beside all others."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from service.local.ports import inherited
from service.local.sandbox.options import LidbSpelling, Options

Host = Annotated[str, typer.Option(help="Address to listen on.")]
Descriptor = Annotated[int | None, typer.Option("--fd", help="Listen on this inherited socket instead.")]


def sandbox(
    host: Host = Options.host,
    port: Annotated[int, typer.Option(min=0, max=65_535, help="Port to listen on; 0 takes a free one.")] = Options.port,
    fd: Descriptor = None,
    accounts: Annotated[str, typer.Option(help="Accounts that exist, separated by commas.")] = "9900000",
    client_id: Annotated[str, typer.Option(envvar="SANDBOX_CLIENT_ID", help="OAuth2 client.")] = Options.client_id,
    client_secret: Annotated[
        str, typer.Option(envvar="SANDBOX_CLIENT_SECRET", help="Its secret.")
    ] = Options.client_secret,
    token_ttl: Annotated[float, typer.Option(help="Life of a token, in seconds.")] = Options.token_ttl,
    username: Annotated[str, typer.Option(envvar="SANDBOX_USERNAME", help="Legacy API user.")] = Options.username,
    password: Annotated[str, typer.Option(envvar="SANDBOX_PASSWORD", help="Its password.")] = Options.password,
    pace: Annotated[
        float, typer.Option(min=0, envvar="SANDBOX_PACE", help="Seconds from an order's POST to its end.")
    ] = Options.pace,
    max_numbers: Annotated[int, typer.Option(min=1, help="Most numbers in one order.")] = Options.max_numbers,
    route_plans_enabled: Annotated[
        bool, typer.Option("--route-plans/--no-route-plans", help="Whether accounts may use route plans.")
    ] = Options.route_plans_enabled,
    lidb_spelling: Annotated[
        LidbSpelling, typer.Option(help="Which spellings of LIDB's order type subscriptions accept.")
    ] = Options.lidb_spelling,
    callback_timeout: Annotated[
        float, typer.Option(help="Seconds a callback may take before it is lost.")
    ] = Options.callback_timeout,
    seed: Annotated[int, typer.Option(help="Seed of the faults' dice.")] = Options.seed,
    data_dir: Annotated[
        Path | None, typer.Option(help="Directory of the state that survives a restart.", show_default="in memory")
    ] = Options.data_dir,
) -> None:
    """Run a sandbox: Bandwidth's API on this machine, with magic numbers and faults."""
    given = {name: value for name, value in locals().items() if name not in {"fd", "accounts"}}
    from service.local.sandbox.server import serve  # noqa: PLC0415

    named = frozenset(each.strip() for each in accounts.split(",") if each.strip())
    serve(Options(**given, accounts=named), inherited(fd))


def local(
    data_dir: Annotated[
        Path, typer.Option(help="Directory of everything kept; a second start goes on with what is there.")
    ] = Path(".local"),
    port: Annotated[int, typer.Option(min=1, max=65_535, help="The API's port; the next free one if taken.")] = 8080,
    workers: Annotated[int, typer.Option(min=1, help="Worker processes per queue.")] = 1,
    sample: Annotated[bool, typer.Option("--sample/--no-sample", help="Submit an order of each kind.")] = True,
    once: Annotated[
        bool, typer.Option("--once", help="End with these orders: 0 when all are complete, else 1.")
    ] = False,
) -> None:
    """Run everything on this machine: server, sandbox, API, workers, clock. Ctrl-C ends it all."""
    from service.local import run  # noqa: PLC0415

    raise typer.Exit(run.run(run.Choice(data_dir=data_dir, port=port, workers=workers, sample=sample, once=once)))
