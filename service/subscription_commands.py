"""The commands `order-tracker subscriptions ensure` and `list`: a table for people, JSON for programs.

Both work while the store is away, with a warning: ours are then told by their address alone.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import typer

from service.terminal import output, table
from service.terminal.exit_code import ExitCode
from service.terminal.options import Accounts, Form, chosen

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from service.errors import TrackerError
    from service.settings import Settings
    from service.subscribing import Subscriptions
    from service.subscription_health import Health

_HEAD: Final = ("ACCOUNT", "ORDER TYPE", "ID", "OURS", "EXPIRES", "LAST CALLBACK", "PROBLEMS")
#: characters of a last callback that a table shows
_SHOWN: Final = 40

app = typer.Typer(no_args_is_help=True)


@dataclass(frozen=True, slots=True)
class _Found:
    """What an account has, and what went wrong on the way there."""

    account_id: str
    health: Health | None
    error: TrackerError | None


@app.command()
def ensure(account: Accounts = None, form: Form = "table") -> None:
    """Put right what is wrong with our subscriptions; exit code 1 when something stays wrong."""
    found = _run(account or (), form, heals=True)
    if any(each.error or (each.health and each.health.broken) for each in found):
        raise typer.Exit(ExitCode.WRONG)


@app.command("list")
def show(account: Accounts = None, form: Form = "table") -> None:
    """Show the accounts' callback subscriptions and what is wrong with ours; exit code 1 when Bandwidth is away."""
    if any(each.error for each in _run(account or (), form, heals=False)):
        raise typer.Exit(ExitCode.WRONG)


def _run(accounts: Sequence[str], form: str, *, heals: bool) -> list[_Found]:
    """Ask for the accounts and print what they have; errors go to stderr."""
    import asyncio  # noqa: PLC0415

    from service import logs, settings  # noqa: PLC0415
    from service.api.subscription_json import health_json  # noqa: PLC0415

    read = settings.load()
    logs.configure("subscriptions")
    found = asyncio.run(_ask(read, chosen(read, accounts, ": its callbacks would be refused"), heals=heals))
    shown = {each.account_id: health_json(each.health) for each in found if each.health}
    if form == "json":
        failed = {each.account_id: {"error": each.error.detail} for each in found if each.error}
        whole = {each.account_id: shown.get(each.account_id, {}) | failed.get(each.account_id, {}) for each in found}
        output.show_json(whole)
    elif shown:
        table.show(_HEAD, [row for account_id, has in shown.items() for row in _rows(account_id, has)])
    for each in found:
        if each.error:
            sys.stderr.write(f"{each.account_id}: {each.error.detail}\n")
    return found


async def _ask(settings: Settings, accounts: Sequence[str], *, heals: bool) -> list[_Found]:
    from service import wiring  # noqa: PLC0415
    from service.store.subscribed import Memory  # noqa: PLC0415
    from service.subscribing import Subscriptions  # noqa: PLC0415

    desk = wiring.build(settings)
    try:
        held = Subscriptions(settings, desk.connection, desk.turns, Memory(desk.store, needed=False))
        return [await _ask_one(held, each, heals=heals) for each in accounts]
    finally:
        await desk.close()


async def _ask_one(held: Subscriptions, account_id: str, *, heals: bool) -> _Found:
    from service.errors import BandwidthRefused, BandwidthUnavailable  # noqa: PLC0415

    try:
        if not heals:
            return _Found(account_id, await held.look(account_id), None)
        healing = await held.heal(account_id)
    except (BandwidthRefused, BandwidthUnavailable) as error:
        return _Found(account_id, None, error)
    return _Found(account_id, healing.health, healing.refusal)


def _rows(account_id: str, has: Mapping[str, Any]) -> Iterator[tuple[str, ...]]:
    for each in has["subscriptions"]:
        ours, expires = "yes" if each["ours"] else "no", (each["expires_at"] or "-")[:16].replace("T", " ")
        said, problems = (each["last_callback"] or "-")[:_SHOWN], ", ".join(each["problems"]) or "-"
        yield account_id, each["order_type"], each["id"], ours, expires, said, problems
    for order_type in has["missing"]:
        yield account_id, order_type, "-", "-", "-", "-", "missing"
