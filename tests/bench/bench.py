"""The bench: what the tracker does in a second, against the stock way and against the limit of what this stack can do.

    make bench
    make bench ROWS=accept,callback

Prints each row against its goals, met or MISSED, and writes `.bench/bench.json`: a list of {row, goal, value, met}. The
exit code is 0 also where a goal is missed. README's Benchmarks says how to read it.
"""

from __future__ import annotations

import argparse
import json
import platform
import sys
import time
from pathlib import Path

from rows import accept, callback, clock, draining, getting, idle, listing, memory, submit
from stage import ROOT, Scale, stage

SHELF = (accept, callback, getting, listing, submit, idle, memory, clock, draining)
FILE = ROOT / ".bench" / "bench.json"
_FORM = "{:34} {:32} {:>9} {:6}  {}"


def say(text):
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def chosen(beginnings):
    """Return the rows whose names begin with any of these; all of them without any."""
    rows = [row for each in SHELF for row in each.ROWS]
    return [row for row in rows if not beginnings or row.name.startswith(tuple(beginnings))]


def run(rows, on, file):
    """Measure the rows, print the table and write it; return what was written."""
    found = []
    say(_FORM.format("row", "goal", "value", "", "seen"))
    for row in rows:
        on.clear()
        for figure in row.measure(on):
            is_met = figure.goal.is_met(figure.value)
            told = "met" if is_met else "MISSED"
            say(_FORM.format(row.name, figure.goal.words, f"{figure.value:.2f}", told, figure.seen))
            found.append({"row": row.name, "goal": figure.goal.words, "value": figure.value, "met": is_met})
    file.parent.mkdir(exist_ok=True)
    file.write_text(json.dumps(found, indent=1) + "\n")
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rows", default="", help="beginnings of names, separated by commas")
    parser.add_argument("--file", type=Path, default=FILE)
    arguments = parser.parse_args()
    rows = chosen([each.strip() for each in arguments.rows.split(",") if each.strip()])
    if not rows:
        parser.error(f"no row begins so; there are: {'; '.join(row.name for row in chosen([]))}")
    began = time.monotonic()
    say(f"Python {platform.python_version()}, {platform.machine()}; rounds interleaved, medians of {Scale().rounds}")
    with stage(Scale()) as on:
        found = run(rows, on, arguments.file)
    missed = sum(not each["met"] for each in found)
    say(f"{len(found) - missed} met, {missed} missed, in {(time.monotonic() - began) / 60:.1f} minutes")


if __name__ == "__main__":
    main()
