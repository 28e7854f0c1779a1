"""Commands that files of a deployment run: whether they exist here, with their options and what these may be."""

from __future__ import annotations

from typer.main import get_command

from service import cli


def stands(words):
    """Fail unless the product's command line can read a command; it is read, and not run."""
    root = get_command(cli.app)
    command, left = root, list(words)
    with root.make_context("order-tracker", ["--help"], resilient_parsing=True) as context:
        while hasattr(command, "get_command"):
            name = left.pop(0)
            command = command.get_command(context, name)
            assert command, words
        command.make_context(name, left, parent=context).close()
