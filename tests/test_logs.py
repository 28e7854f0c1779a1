"""Log lines: libraries speak in the same form, and no telephone number can be read in them."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from service import logs

CHILD = """
import logging
import structlog
from service import logs
logs.configure("test")
structlog.get_logger().info("order.accepted", numbers=1)
logging.getLogger("rq.worker").error("away from %s", "here")
try:
    1 / 0
except ZeroDivisionError:
    structlog.get_logger().exception("failed")
"""


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("2018551020", "201*****20"),
        ("+12018551020 and 2018551021", "+120******20 and 201*****21"),
        ("(201) 855-1020 or 201.855.1020", "(201*****20 or 201*****20"),
        ("1-201-855-1020 and 201 855 1020", "1-201*****20 and 201*****20"),
        ("5076 in 2026", "5076 in 2026"),
        ("01a20793-86c9-7bcc-8f65 at 2026-01-02 10:00:00", None),
        ("", ""),
    ],
)
def test_the_middle_of_a_telephone_number_is_masked(text, shown):
    assert logs.masked(text) == (text if shown is None else shown)


def test_our_lines_and_those_of_libraries_are_json_one_each():
    done = subprocess.run([sys.executable, "-c", CHILD], capture_output=True, text=True, check=True)
    ours, theirs, failed = (json.loads(line) for line in done.stderr.splitlines())
    assert (ours["event"], ours["level"], ours["process"]) == ("order.accepted", "info", "test")
    assert (theirs["event"], theirs["level"], theirs["logger"]) == ("away from here", "error", "rq.worker")
    assert "ZeroDivisionError" in failed["exception"]


ODD = r"""
import dataclasses
import sys
import structlog
from service import logs

@dataclasses.dataclass
class Held:
    name: str
    passcode: str = dataclasses.field(repr=False)

logs.configure("test")
log = structlog.get_logger()
log.info("held", held=Held("a name", "4711"))
log.info("odd", surrogate="\ud800", big=2**70, set={1}, keys={1: 2}, error=KeyError("k"))
log.info("moves", text="\x1b[31m\x07\x9bm\u2028\u202e\r\nforged")
log.error("last")
sys.stdout.write("went on")
"""


def test_a_line_is_written_whatever_it_holds_and_shows_of_an_object_what_its_repr_does():
    done = subprocess.run([sys.executable, "-c", ODD], capture_output=True, check=True)
    held, odd, moves, _ = (json.loads(line) for line in done.stderr.splitlines())
    assert held["held"] == "Held(name='a name')"
    assert (odd["surrogate"], odd["big"], odd["set"], odd["error"]) == ("\ud800", 2**70, "{1}", "KeyError('k')")
    assert moves["text"].endswith("forged")
    assert done.stderr.isascii()
    assert b"\x1b" not in done.stderr


def test_where_lines_cannot_be_written_the_process_goes_on():
    with Path("/dev/full").open("w") as full:
        done = subprocess.run([sys.executable, "-c", ODD], stdout=subprocess.PIPE, stderr=full, check=False)
    assert done.stdout == b"went on"


TERMINAL = r"""
import os, pty, sys
child, terminal = pty.fork()
if child == 0:
    import structlog
    from service import logs
    logs.configure("test")
    evil = "\x1b[31mred\x07\x9bm\u2028\u202e\r\n2026-01-01 forged"
    structlog.get_logger().info("order.accepted", word=evil.split()[0], text=evil)
    os._exit(0)
said = b""
try:
    while part := os.read(terminal, 65536):
        said += part
except OSError:
    pass
os.waitpid(child, 0)
sys.stdout.buffer.write(said)
"""


def test_a_line_on_a_terminal_is_one_line_and_cannot_move_it():
    done = subprocess.run([sys.executable, "-c", TERMINAL], capture_output=True, check=True)
    (line,) = done.stdout.decode().splitlines()
    plain = re.sub("\x1b\\[[0-9;]*m", "", line)  # the renderer's own colours
    assert r"\x1b[31mred\x07\x9bm" in plain
    assert r"\\u202e\\r\\n2026-01-01 forged" in plain
    assert plain.isprintable()
