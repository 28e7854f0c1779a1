from __future__ import annotations

import io
import logging
import os

import pytest
import receiver as receivers
import rig
import structlog
from structlog.testing import capture_logs

from service.logs import traced


@pytest.fixture(scope="session", autouse=True)
def _quiet():
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))


@pytest.fixture(scope="session", autouse=True)
def _hurried():
    with rig.hurried_servers():
        yield


@pytest.fixture(scope="session")
def anyio_backend():
    return "asyncio"


@pytest.fixture(scope="session")
def _server():
    with rig.valkey() as server:
        yield server


@pytest.fixture(scope="module")
def valkey(_server):
    """One server for the tests of a process; each test has an account of its own in it.

    It begins each module empty: whatever scans its keys would meet those of all tests before.
    """
    _server.empty()
    return _server


@pytest.fixture
async def world(valkey):
    async with rig.world(valkey.url) as made:
        yield made


@pytest.fixture
def logs():
    """All that is logged meanwhile."""
    before = structlog.get_config()
    structlog.reset_defaults()
    with capture_logs() as kept:
        yield kept
    structlog.configure(**before)


@pytest.fixture
def receiver():
    """A service that is told of events."""
    with receivers.receiver() as made:
        yield made


@pytest.fixture
def lines():
    """What processes log at the level they run with, as text."""
    kept, written = structlog.get_config(), io.StringIO()
    structlog.configure(
        processors=[traced, structlog.processors.format_exc_info, structlog.processors.JSONRenderer()],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(written),
    )
    yield written
    structlog.configure(**kept)


def pytest_xdist_auto_num_workers():
    """Tests wait half of their time, for processes, servers and one another: three of them keep two cores busy."""
    return max(1, 3 * len(os.sched_getaffinity(0)) // 2)


def pytest_terminal_summary(terminalreporter):
    """Say which of Bandwidth's published payloads were read, and into what."""
    passed = terminalreporter.getreports("passed")
    read = sorted(said for each in passed for name, said in each.user_properties if name == "payload")
    if read:
        terminalreporter.section(f"{len(read)} of Bandwidth's published payloads were read")
        for each in read:
            terminalreporter.write_line(each)
