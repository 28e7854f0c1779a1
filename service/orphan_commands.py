"""The commands `order-tracker orphans list` and `replay`: a table for people, JSON for programs.

An orphan is what Bandwidth said by callbacks of an order that nobody here knows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

import typer

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence

    from service.settings import Settings
    from service.wiring import Desk

Account = Annotated[str, typer.Argument(help="One of TRACKER_ACCOUNTS.", show_default=False)]
Key = Annotated[
    str | None,
    typer.Argument(help="The orphan, as the list tells it: order:BANDWIDTH_ID or reference:TEXT.", show_default=False),
]
All = Annotated[bool, typer.Option("--all", help="Every orphan of the account.")]
Form = Annotated[Literal["table", "json"], typer.Option("--format", help="For people, or for programs.")]

_LISTED: Final = ("KEY", "ORDER TYPE", "LAST STATUS", "CALLBACKS", "FIRST", "LAST", "EXPIRES", "ADOPTION")
_REPLAYED: Final = ("KEY", "OUTCOME", "ORDER", "CALLBACKS", "ADOPTION", "ORDERS LOOKED AT")
#: orphans that are read at once
_PAGE: Final = 100

app = typer.Typer(no_args_is_help=True)


@app.command("list")
def show(account: Account, form: Form = "table") -> None:
    """Show what callbacks said of orders that nobody knows, the newest first; kept for 7 days after the last one."""
    found = _run(account, _list)
    _print(found, form, [_LISTED, *map(_listed, found)], f"{account}: no callbacks of unknown orders.")


@app.command()
def replay(account: Account, key: Key = None, everything: All = False, form: Form = "table") -> None:
    """Hear the callbacks of an orphan again, as if they came now; nothing of this ends an order.

    Where the order is known by now they are applied to it, and the orphan is gone. Where not, the order is fetched at
    once as one placed elsewhere, and orders of ours with its reference that may be it are looked for at once.

    Exit code 1: there is no such orphan, or the store is away.
    """
    if (key is None) != everything:
        raise typer.BadParameter("Give the KEY of an orphan, or --all.")
    found = _run(account, lambda desk, account_id: _replay(desk, account_id, key))
    _print(found, form, [_REPLAYED, *map(_replayed, found)], f"{account}: no callbacks of unknown orders.")


def _run(account_id: str, work: Any) -> list[dict[str, Any]]:
    """Return what comes of some work at a desk."""
    import asyncio  # noqa: PLC0415

    from service import logs, settings  # noqa: PLC0415

    read = settings.load()
    logs.configure("orphans")
    return asyncio.run(_at_desk(read, account_id, work))


async def _at_desk(settings: Settings, account_id: str, work: Any) -> list[dict[str, Any]]:
    from service import wiring  # noqa: PLC0415
    from service.errors import Misconfigured  # noqa: PLC0415

    if account_id not in settings.accounts:
        raise Misconfigured(f"TRACKER_ACCOUNTS does not name {account_id}.")
    desk = wiring.build(settings)
    try:
        return [each async for each in work(desk, account_id)]
    finally:
        await desk.close()


async def _list(desk: Desk, account_id: str) -> AsyncIterator[dict[str, Any]]:
    from service.api.orphan_json import orphan_json  # noqa: PLC0415
    from service.store import orphans  # noqa: PLC0415

    page = await orphans.page(desk.store, account_id, None, _PAGE)
    while True:
        for each in page.orphans:
            yield orphan_json(each)
        if page.after is None:
            return
        page = await orphans.page(desk.store, account_id, page.after, _PAGE)


async def _replay(desk: Desk, account_id: str, key: str | None) -> AsyncIterator[dict[str, Any]]:
    from service.api.orphan_json import replayed_json  # noqa: PLC0415
    from service.orphans import Orphans  # noqa: PLC0415

    held = Orphans(desk.store, desk.bells, "command")
    if key is not None:
        yield replayed_json(await held.replay(account_id, key))
        return
    async for each in held.replay_all(account_id):
        yield replayed_json(each)


def _print(found: Sequence[Mapping[str, Any]], form: str, rows: Sequence[Sequence[str]], none: str) -> None:
    import orjson  # noqa: PLC0415

    if form == "json":
        typer.echo(orjson.dumps({"orphans": found}, option=orjson.OPT_INDENT_2))
    else:
        typer.echo("\n".join(_table(rows)) if found else none)


def _table(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()


def _listed(orphan: Mapping[str, Any]) -> Sequence[str]:
    doing = orphan["adoption"]
    adoption = f"{doing['kind']}, tried {doing['tries']}x, next {_minute(doing['due_at'])}" if doing else "-"
    told = (orphan["order_type"] or "-", orphan["last_status"] or "-", str(orphan["callbacks"]))
    times = (_minute(orphan[each]) for each in ("first_received_at", "last_received_at", "expires_at"))
    return [_line(orphan["key"]), *told, *times, adoption]


def _replayed(orphan: Mapping[str, Any]) -> Sequence[str]:
    heard = _counted(each["outcome"] for each in orphan["callbacks"])
    adoption = "due now" if orphan["adoption_due"] else "-"
    looked = ", ".join(orphan["orders_looked_at"]) or "-"
    return [_line(orphan["key"]), orphan["outcome"], orphan["order_id"] or "-", heard, adoption, looked]


def _counted(outcomes: Iterable[str]) -> str:
    told = list(outcomes)
    return ", ".join(f"{told.count(each)} {each}" for each in dict.fromkeys(told))


def _minute(time: str | None) -> str:
    return (time or "-")[:16].replace("T", " ")


def _line(text: str) -> str:
    """Keep to one line what callbacks named."""
    return "".join(each if each.isprintable() else "?" for each in text)
