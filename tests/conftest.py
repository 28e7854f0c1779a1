from __future__ import annotations

import inspect

import pytest
import rig


@pytest.fixture
def anyio_backend():
    return "asyncio"


def pytest_collection_modifyitems(items):
    for item in items:
        if inspect.iscoroutinefunction(getattr(item, "function", None)):
            item.add_marker(pytest.mark.anyio)


@pytest.fixture(scope="session")
def valkey():
    """One server for the tests of a process; each test has an account of its own in it."""
    with rig.valkey() as server:
        yield server


@pytest.fixture
async def world(valkey):
    async with rig.world(valkey.url) as made:
        yield made
