"""Log lines: libraries speak in the same form, and no telephone number can be read in them."""

from __future__ import annotations

import json
import subprocess
import sys

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
        ("5076 in 2026", "5076 in 2026"),
        ("", ""),
    ],
)
def test_the_middle_of_a_telephone_number_is_masked(text, shown):
    assert logs.masked(text) == shown


def test_our_lines_and_those_of_libraries_are_json_one_each():
    done = subprocess.run([sys.executable, "-c", CHILD], capture_output=True, text=True, check=True)
    ours, theirs, failed = (json.loads(line) for line in done.stderr.splitlines())
    assert (ours["event"], ours["level"], ours["process"]) == ("order.accepted", "info", "test")
    assert (theirs["event"], theirs["level"], theirs["logger"]) == ("away from here", "error", "rq.worker")
    assert "ZeroDivisionError" in failed["exception"]
