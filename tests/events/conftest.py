from __future__ import annotations

import pytest
import receiver as receivers
from event_steps import listening


@pytest.fixture
async def world(valkey):
    async with listening(valkey) as made:
        yield made


@pytest.fixture
def other():
    with receivers.receiver() as made:
        yield made
