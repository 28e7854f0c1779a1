from __future__ import annotations

import pytest
import rig
from tracker_steps import address

from service.client import AsyncOrderTracker


@pytest.fixture
async def tracker(world):
    async with AsyncOrderTracker(address(world), rig.TOKEN, world.account) as made:
        yield made
