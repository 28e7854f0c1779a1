"""What tests of real processes share: the sandbox's own pages, and a process that dies at a point by name."""

from __future__ import annotations

import httpx
import pytest
from fault_run import FaultRun


@pytest.fixture(scope="module")
def run():
    """One run for all tests of a module; afterwards every index must still be that of the orders."""
    started = FaultRun(workers=1)
    try:
        started.start()
        yield started
        assert started.differences() == []
    finally:
        started.end(keep=False)


@pytest.fixture
def sandbox(run):
    with httpx.Client(base_url=run.sandbox, timeout=5, trust_env=False) as client:
        yield client
        client.put("/_sandbox/faults", json={})


@pytest.fixture
def crash(run, tmp_path):
    """Let the next process of a part die at a point; the file is there once it has."""

    def at(point, part):
        run.patch(part, CRASH_AT=point, CRASH_MARK=str(tmp_path / "crashed"))
        return tmp_path / "crashed"

    return at
