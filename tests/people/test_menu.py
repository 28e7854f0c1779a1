"""Every command explains itself, has an example that works, and costs nothing until it is used."""

from __future__ import annotations

import shlex
import subprocess
import sys

import pytest
from typer.main import get_command
from typer.testing import CliRunner

from service import cli
from service.people.menu import NOUNS

PROGRAM = get_command(cli.app)
COMMANDS = [(noun, name) for noun in NOUNS for name in PROGRAM.get_command(None, noun).list_commands(None)]
EXPECTED = {
    "orders": {
        "submit",
        "amend",
        "retry-failed",
        "bulk",
        "get",
        "list",
        "cancel",
        "retry",
        "check",
        "step-aside",
        "watch",
    },
    "batches": {"get", "list", "errors"},
    "numbers": {"show", "orders"},
    "events": {"tail"},
    "endpoints": {"list", "create", "show", "change", "rotate", "ping", "remove"},
    "deliveries": {"list", "show", "replay", "replay-since"},
    "callbacks": {"orphans", "replay"},
}


def test_there_are_these_commands():
    found = {}
    for noun, name in COMMANDS:
        found.setdefault(noun, set()).add(name)
    assert found == EXPECTED


@pytest.mark.parametrize(("noun", "name"), COMMANDS)
def test_a_command_explains_itself_and_its_examples_can_be_run(noun, name, run):
    shown = CliRunner().invoke(cli.app, [noun, name, "--help"], env={"COLUMNS": "160"})
    assert shown.exit_code == 0
    assert all(each in shown.output for each in ("--format", "--token-file", "Exit codes: 0 done; 1 "))
    examples = [
        line.partition("order-tracker ")[2].partition(")")[0]
        for line in shown.output.splitlines()
        if f"order-tracker {noun} {name}" in line and "Usage" not in line
    ]
    assert examples
    for each in examples:
        # all of it is understood: what is missing is a tracker
        done = run(None, *shlex.split(each))
        assert (done.exit_code, "To talk to a tracker, set:" in done.stderr) == (2, True), done.stderr


def test_a_noun_alone_lists_its_commands():
    done = CliRunner().invoke(cli.app, ["endpoints"], env={"COLUMNS": "100"})
    assert done.exit_code == 2
    assert all(f" {each} " in done.output for each in EXPECTED["endpoints"])


def test_commands_of_people_stand_first_and_are_not_loaded_by_the_help():
    script = (
        "import sys\nfrom service import cli\n"
        "try: cli.app(['--help'])\n"
        "except SystemExit: print(*(each for each in sys.modules if each.startswith('service.')))\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    *help_text, modules = done.stdout.splitlines()
    panels = [line.split()[1] for line in help_text if line.startswith("╭─")]
    assert panels == ["Options", "Orders", "Processes", "On"]
    assert {each for each in modules.split() if each.startswith(("service.people", "service.client."))} == {
        "service.people",
        "service.people.menu",
    }
