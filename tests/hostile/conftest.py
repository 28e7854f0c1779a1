"""Whatever was tried: the server answers the next request, no line of the log is forged, and none tells a secret."""

from __future__ import annotations

import io
import logging

import pytest
import structlog
from raw_door import unharmed


@pytest.fixture
def lines():
    """What processes log at the level they run with, as text."""
    kept, written = structlog.get_config(), io.StringIO()
    structlog.configure(
        processors=[structlog.processors.format_exc_info, structlog.processors.JSONRenderer()],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(written),
    )
    yield written
    structlog.configure(**kept)


@pytest.fixture
async def target(world, lines):
    """A world that must be unharmed in the end."""
    yield world
    await unharmed(world, lines)
