"""Options that commands share: in which form they answer, and which accounts they are about."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal, TypeAlias

import typer

from service.errors import Misconfigured

if TYPE_CHECKING:
    from collections.abc import Sequence

    from service.settings import Settings

Form: TypeAlias = Annotated[Literal["table", "json"], typer.Option("--format", help="For people, or for programs.")]
Accounts: TypeAlias = Annotated[
    list[str] | None, typer.Argument(help="Accounts; all of TRACKER_ACCOUNTS when none is given.", show_default=False)
]
Account: TypeAlias = Annotated[str, typer.Argument(help="One of TRACKER_ACCOUNTS.", show_default=False)]


def chosen(settings: Settings, accounts: Sequence[str], why: str = "") -> Sequence[str]:
    """Return the accounts that a command is about; raises Misconfigured for one that is not served."""
    if strange := [each for each in accounts if each not in settings.accounts]:
        raise Misconfigured(f"TRACKER_ACCOUNTS does not name {', '.join(strange)}{why}.")
    return accounts or settings.accounts
