"""The commands `order-tracker clients ...`: who may call the API. A table for people, JSON for programs.

A token is printed alone, once, where it is made: what explains it goes to stderr.
"""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from service.scopes import Scope
from service.terminal import output, table
from service.terminal.options import Form

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, Sequence

    from service.clients.registrar import Registrar

Name = Annotated[str, typer.Argument(help="The client, as the list shows it.", show_default=False)]
NewName = Annotated[
    str, typer.Argument(help="What it is called for good: a-z, 0-9 and dashes; logs show it.", show_default=False)
]
Scopes = Annotated[
    list[Scope] | None, typer.Option("--scope", help="What it may do; several times.", show_default=False)
]
Accounts = Annotated[
    list[str] | None, typer.Option("--account", help="One of TRACKER_ACCOUNTS; several times.", show_default=False)
]
AllAccounts = Annotated[bool, typer.Option("--all-accounts", help="Every account that is served, later ones too.")]
Rate = Annotated[
    float | None,
    typer.Option(
        help="Requests a second of each API process; 0: any number. TRACKER_CLIENT_RATE when left out.",
        show_default=False,
    ),
]
Overlap = Annotated[str, typer.Option(help="How long the secret before is good too: 0, 90s, 30m, 24h, 7d.")]

_SECONDS: Final = {"s": 1, "m": 60, "h": 3_600, "d": 86_400}

app = typer.Typer(no_args_is_help=True)


@app.command()
def create(
    name: NewName, scope: Scopes = None, account: Accounts = None, all_accounts: AllAccounts = False, rate: Rate = None
) -> None:
    """Make a client and print its token, once; it is good at once.

    orders:write takes orders:read in, and admin takes both in; names and addresses of people are masked without
    read:personal, which stands apart.
    """
    if not scope:
        raise typer.BadParameter("Give one --scope at least.")
    accounts = _accounts(account, all_accounts)
    if not accounts:
        raise typer.BadParameter("Give one --account at least, or --all-accounts.")
    token = _run(lambda registrar: registrar.create(name, accounts, scope, rate))
    _tell_token(token, f"The token of {name}, shown this once. It is sent as: Authorization: Bearer TOKEN")


@app.command()
def change(
    name: Name, scope: Scopes = None, account: Accounts = None, all_accounts: AllAccounts = False, rate: Rate = None
) -> None:
    """Give a client other scopes, other accounts or another rate; what is left out stays. Its token stays good."""
    accounts = _accounts(account, all_accounts)
    if not (scope or accounts or rate is not None):
        raise typer.BadParameter("Give what is to change: --scope, --account, --all-accounts or --rate.")
    _run(lambda registrar: registrar.change(name, accounts or None, scope or None, rate))
    typer.echo(f"{name} is changed; every API process knows within two seconds.")


@app.command()
def rotate(name: Name, overlap: Overlap = "24h") -> None:
    """Give a client a new token and print it, once; the one before is good for the overlap, older ones no more.

    Repeated within ten minutes, such as after a failure, it replaces the token that was made first and keeps the one
    before both. --overlap 0 ends all of them at once: do so after a leak.
    """
    seconds = _seconds(overlap)
    done = _run(lambda registrar: registrar.rotate(name, seconds))
    before = "the one before"
    if done.replaces:
        before = "it replaces the one made minutes ago, which is good no more; the one before both"
    left = f"{before} is good for {overlap} more" if seconds else "all before it are good no more"
    _tell_token(done.token, f"The new token of {name}, shown this once; {left}.")


@app.command()
def revoke(name: Name) -> None:
    """End a client for good: within two seconds no API process knows its tokens. It stays in the list."""
    _run(lambda registrar: registrar.revoke(name))
    typer.echo(f"{name} is revoked; every API process knows within two seconds.")


@app.command("list")
def show(form: Form = "table") -> None:
    """Show the clients, revoked ones too; the client `default` is that of TRACKER_API_TOKEN, and not among them."""
    from service import client_view  # noqa: PLC0415

    found = _run(lambda registrar: registrar.all())
    told = {"clients": list(map(client_view.client_json, found))}
    _print(form, told, client_view.LISTED, map(client_view.listed, found), "There are no named clients.")


@app.command()
def audit(
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="How many, the newest first.")] = 50,
    form: Form = "table",
) -> None:
    """Show who made, changed, rotated and revoked clients, the newest first."""
    from service import client_view  # noqa: PLC0415
    from service.api.audit_json import deed_json  # noqa: PLC0415

    found = _run(lambda registrar: registrar.deeds(limit))
    told = {"deeds": list(map(deed_json, found))}
    _print(form, told, client_view.DONE, map(client_view.done, found), "Nothing was done with clients yet.")


def _run(work: Callable[[Registrar], Awaitable[Any]]) -> Any:
    """Return what comes of some work with the register."""
    import asyncio  # noqa: PLC0415

    from service import logs, settings, wiring  # noqa: PLC0415
    from service.audit import operator  # noqa: PLC0415
    from service.clients.registrar import Registrar  # noqa: PLC0415

    read = settings.load()
    logs.configure("clients")

    async def at_desk() -> Any:
        desk = wiring.build(read)
        try:
            return await work(Registrar(desk.store, read, operator()))
        finally:
            await desk.close()

    return asyncio.run(at_desk())


def _accounts(named: Sequence[str] | None, all_accounts: bool) -> list[str]:
    if named and all_accounts:
        raise typer.BadParameter("Give --account or --all-accounts, not both.")
    return ["*"] if all_accounts else list(named or ())


def _seconds(text: str) -> int:
    said = re.fullmatch(r"([0-9]{1,6})([smhd]?)", text, re.ASCII)
    if said is None or not (said[2] or said[1] == "0"):
        raise typer.BadParameter("Give the overlap as 0, 90s, 30m, 24h or 7d.")
    return int(said[1]) * _SECONDS.get(said[2], 1)


def _tell_token(token: str, sentence: str) -> None:
    sys.stderr.write(f"{sentence}\n")
    typer.echo(token)


def _print(form: str, told: Mapping[str, Sequence[Any]], head: Sequence[str], rows: Any, none: str) -> None:
    if form == "json":
        output.show_json(told)
    elif any(told.values()):
        table.show(head, rows)
    else:
        typer.echo(none)
