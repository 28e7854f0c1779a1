"""Arguments and options that several commands of people have."""

from __future__ import annotations

from typing import Annotated, Any

import typer


def part(text: str) -> str:
    """Hold a text to what can stand in an address of the API; raises BadParameter."""
    if text.strip() in ("", ".", ".."):
        raise typer.BadParameter("It is empty.")
    return text


OrderId = Annotated[str, typer.Argument(metavar="ORDER", callback=part, help="The order's id.", show_default=False)]
EndpointId = Annotated[
    str, typer.Argument(metavar="ENDPOINT", callback=part, help="The endpoint's id.", show_default=False)
]
DeliveryId = Annotated[
    str, typer.Argument(metavar="DELIVERY", callback=part, help="The delivery's id.", show_default=False)
]
TelephoneNumber = Annotated[
    str, typer.Argument(metavar="NUMBER", callback=part, help="In any usual notation.", show_default=False)
]
Kinds = Annotated[
    list[str] | None, typer.Option("--kind", help="Of this kind; several times: of any of them.", show_default=False)
]
States = Annotated[
    list[str] | None,
    typer.Option("--state", help="In this state, or open, or ended; several times: in any.", show_default=False),
]
Types = Annotated[
    list[str] | None,
    typer.Option("--type", help="Of this type, such as order.completed; several times: any.", show_default=False),
]


def given(**values: Any) -> dict[str, Any]:
    """Return what of these was given: what is left out of a call stays as it is, or is not asked for."""
    return {name: value for name, value in values.items() if value is not None}
