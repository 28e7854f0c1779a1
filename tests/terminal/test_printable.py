"""Text of others, times, facts, lines and progress: as a file takes them, and as a terminal shows them."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from datetime import UTC, datetime, timedelta, timezone

import pytest

from service.terminal import facts, line, moments, output, progress, table
from service.terminal.printable import block, one_line

NOW = datetime(2026, 1, 31, 12, tzinfo=UTC)
HOSTILE = "a\x1b[2J\x9b31m\u202e\u2028\x00\x07\r"


def test_one_line_stays_one_and_a_block_keeps_its_lines():
    assert one_line(HOSTILE + "\n") == "a?[2J?31m??????"
    assert block("<a>\r\n\t<b>\x1b</b>\u2028</a>") == "<a>\n        <b>?</b>\n</a>"
    assert one_line("Zoë 名") == "Zoë 名"


@pytest.mark.parametrize("show", [output.show_json, output.show_line])
def test_json_means_the_same_and_does_nothing_to_a_terminal(show, capsys):
    show({"text": HOSTILE, "name": "Zoë"})
    said = capsys.readouterr().out
    assert json.loads(said) == {"text": HOSTILE, "name": "Zoë"}
    assert all(each.isprintable() for row in said.split("\n") for each in row)
    assert "Zoë" in said


def test_a_line_of_json_is_one(capsys):
    output.show_line({"a": [1, 2]})
    assert capsys.readouterr().out == '{"a":[1,2]}\n'


@pytest.mark.parametrize(
    ("seconds", "told"),
    [
        (0.4, "now"),
        (1, "1 s ago"),
        (119, "119 s ago"),
        (120, "2 min ago"),
        (7_199, "119 min ago"),
        (7_200, "2 h ago"),
        (172_799, "47 h ago"),
        (172_800, "2 days ago"),
        (-0.4, "now"),
        (-90, "in 90 s"),
        (-7_200, "in 2 h"),
    ],
)
def test_how_long_ago_a_time_is(seconds, told):
    assert moments.relative(NOW - timedelta(seconds=seconds), NOW) == told


def test_a_time_is_told_by_the_clock_of_the_machine():
    there = NOW.astimezone(timezone(timedelta(hours=5)))
    assert moments.local(there) == moments.local(NOW) == f"{NOW.astimezone():%Y-%m-%d %H:%M:%S}"
    assert (moments.local(None), moments.relative(None), moments.both(None)) == ("-", "-", "-")
    assert moments.both(NOW).startswith(f"{moments.local(NOW)} (")


def test_facts_are_two_columns_without_those_that_are_not_known(capsys):
    facts.show([("id", "7"), ("nothing", None), ("state", HOSTILE)])
    assert capsys.readouterr().out == f"id     7\nstate  {one_line(HOSTILE)}\n"


def test_a_line_has_columns_of_a_known_width(capsys):
    line.show(["now", "much too long", HOSTILE, ""], [5, 5])
    assert capsys.readouterr().out == f"now    much too long  {one_line(HOSTILE)}\n"


@pytest.mark.parametrize(("quiet", "said"), [(False, "half way?\n"), (True, "")])
def test_progress_that_nobody_watches_is_a_line_for_each_change(quiet, said, capsys):
    with progress.shown(quiet=quiet) as tell:
        tell("half way\x1b", 1, 2)
    assert capsys.readouterr() == ("", said)


SHOW = """
from service.terminal import facts, line, live, progress, table
facts.show([("state", "[bold]x\\x1b[2J"), ("url", "ok")], {"ok": "green"})
line.show(["ok", "[bold]y\\x1b[2J"], [4], {"ok": "green"})
table.show(("NEEDED", "ALSO NEEDED", "LEFT OUT"), [("n" * 20, "a" * 15, "l" * 20)], needed=2)
with progress.shown() as tell:
    tell("[bold]half\\x1b[2J", 1, 2)
with live.shown(("NAME", "STATE"), {"ok": "green"}, 1) as draw:
    draw([("first", "ok")], "below")
    draw([(f"row {at}", "ok") for at in range(50)], "[bold]below\\x1b[2J")
"""


@pytest.fixture(scope="module", params=["", "1"])
def seen(request):
    """What a terminal of 40 columns and 10 lines is sent, with colours and without."""
    terminal, end = pty.openpty()
    environment = {**os.environ, "TERM": "xterm", "COLUMNS": "40", "LINES": "10", "NO_COLOR": request.param}
    environment.pop("FORCE_COLOR", None)
    subprocess.run([sys.executable, "-c", SHOW], stdout=end, stderr=end, env=environment, check=True)
    os.close(end)
    sent = b""
    while b"\x1b[?25h" not in sent.rpartition(b"row 49")[2]:
        sent += os.read(terminal, 65536)
    os.close(terminal)
    return sent.decode(), not request.param


def test_a_terminal_gets_colours_unless_nobody_wants_them_and_no_markup_of_others(seen):
    sent, coloured = seen
    assert ("\x1b[32mok" in sent) == coloured
    assert all(f"[bold]{each}?[2J" in sent for each in ("x", "y", "half", "below"))
    assert "\x1b[2J" not in sent


def test_a_narrow_terminal_keeps_the_columns_that_are_needed_whole(seen):
    sent, _ = seen
    assert f"{'n' * 20}  {'a' * 15}" in sent
    assert "LEFT OUT" not in sent


def test_a_table_that_lives_keeps_to_the_terminals_lines_and_shows_the_newest(seen):
    sent, _ = seen
    last = sent.rpartition("NAME")[2]
    assert [f"row {at}" in last for at in (42, 43, 49)] == [False, True, True]


def test_columns_are_left_out_only_where_there_is_no_room():
    rows = [("aaaa", "bbbb", "cccc")]
    head = ("A", "B", "C")
    shown = {width: len(table.drawn(head, rows, {}, width, needed=1).columns) for width in (3, 4, 9, 10, 15, 16)}
    assert shown == {3: 1, 4: 1, 9: 1, 10: 2, 15: 2, 16: 3}
    assert len(table.drawn(head, rows, {}, 3).columns) == 3
