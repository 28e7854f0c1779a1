"""promtool, as Debian's package `prometheus` brings it: what Prometheus itself makes of our rules."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

DEPLOY = Path(__file__).parents[2] / "deploy"
RULES = DEPLOY / "prometheus" / "alerts.yml"
CASES = DEPLOY / "prometheus" / "alerts_test.yml"


def promtool(*arguments):
    """Run it and fail with what it says; skipped where it is not installed, but never in CI."""
    if shutil.which("promtool") is None:
        missing = "promtool is missing: apt-get install prometheus"
        if os.environ.get("CI"):
            pytest.fail(missing)
        pytest.skip(missing)
    done = subprocess.run(["promtool", *map(str, arguments)], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
