from __future__ import annotations

import local_harness
import pytest


@pytest.fixture
def data_dir(tmp_path):
    return tmp_path / "data"


@pytest.fixture
def run_here(data_dir):
    """A run without the sample, ready."""
    with local_harness.running(data_dir, "--no-sample") as run:
        yield local_harness.ready(run)
