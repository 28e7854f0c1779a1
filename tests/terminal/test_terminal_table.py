"""Tables: columns for `grep` where nobody looks, drawn and coloured on a terminal, one line for each row in both."""

from __future__ import annotations

import os
import pty
import subprocess
import sys

import pytest

from service.errors import Misconfigured
from service.terminal import table
from service.terminal.options import chosen

SHOW = """
from service.terminal import table
table.show(("A", "LONG HEAD"), [("ok", "x"), ("much longer", "y\\x1b[2J")], {"ok": "green"})
"""


def test_columns_are_as_wide_as_their_widest_cell_and_end_without_blanks():
    assert list(table.lines(("A", "B"), [("1", "x"), ("333", "")])) == ["A    B", "1    x", "333"]


def test_a_cell_stays_one_line_and_does_nothing_to_a_terminal(capsys):
    table.show(("A",), [("one\ntwo\x1b[2J\u202e",)])
    assert capsys.readouterr().out == "A\none?two?[2J?\n"


@pytest.mark.parametrize("no_color", ["", "1"])
def test_on_a_terminal_words_have_their_colours_unless_nobody_wants_them(no_color):
    terminal, end = pty.openpty()
    environment = {**os.environ, "TERM": "xterm", "COLUMNS": "80", "NO_COLOR": no_color}
    environment.pop("FORCE_COLOR", None)
    subprocess.run([sys.executable, "-c", SHOW], stdout=end, stderr=subprocess.PIPE, env=environment, check=True)
    os.close(end)
    shown = os.read(terminal, 4096).decode()
    os.close(terminal)
    assert ("\x1b[32mok" in shown) == (not no_color)
    assert "much longer" in shown
    assert "\x1b[2J" not in shown


def test_accounts_that_are_not_served_are_a_wrong_setting():
    settings = type("Settings", (), {"accounts": ("1", "2")})
    assert (chosen(settings, []), chosen(settings, ["2"])) == (("1", "2"), ["2"])
    with pytest.raises(Misconfigured, match=r"TRACKER_ACCOUNTS does not name 3, 4: why\."):
        chosen(settings, ["3", "1", "4"], ": why")
