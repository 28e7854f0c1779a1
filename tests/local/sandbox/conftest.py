from __future__ import annotations

import pytest
from sandbox_harness import receiving, running


@pytest.fixture(scope="module")
def sandbox():
    """A sandbox that a module's tests share: none of them may switch faults on or subscribe for ever."""
    with running() as shared:
        yield shared


@pytest.fixture
def own_sandbox():
    with running() as own:
        yield own


@pytest.fixture
def receiver():
    with receiving() as plain:
        yield plain
