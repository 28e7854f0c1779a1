"""XML as people see it: an element on each line. Programs get it as it is."""

from __future__ import annotations

import typer

from service.terminal.printable import block


def show(text: str) -> None:
    """Print a document; what is none is printed as it is."""
    from lxml import etree  # noqa: PLC0415  (help needs none of it)

    from service import xml  # noqa: PLC0415

    try:
        root = xml.parse(text.encode())
    except xml.UnreadableXml:
        typer.echo(block(text))
        return
    etree.indent(root)
    typer.echo(block(etree.tostring(root, encoding="unicode")))
