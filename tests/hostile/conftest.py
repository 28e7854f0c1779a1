"""Whatever was tried: the server answers the next request, no line of the log is forged, and none tells a secret."""

from __future__ import annotations

import pytest
from raw_door import unharmed


@pytest.fixture
async def target(world, lines):
    """A world that must be unharmed in the end."""
    yield world
    await unharmed(world, lines)
