"""A child of a fault run, patched before it starts.

`CRASH_AT` kills it once at a point, `SABOTAGE` breaks it for good, `WITNESS` names a file in which it tells of every
claim, request, report and taking.

Run as `patched_child.py COMMAND ...` instead of `order-tracker COMMAND ...`. Nothing of this is in the normal path.
"""

from __future__ import annotations

import os

import crash_points
import sabotages
import witness

from service.cli import main

if __name__ == "__main__":
    if "CRASH_AT" in os.environ:
        crash_points.POINTS[os.environ["CRASH_AT"]]()
    if "SABOTAGE" in os.environ:
        sabotages.PATCHES[os.environ["SABOTAGE"]]()
    if "WITNESS" in os.environ:
        witness.testify(os.environ["WITNESS"])
    main()
