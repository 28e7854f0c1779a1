"""What tests of the client against the running service share."""

from __future__ import annotations

GROUPS = [{"telephone_numbers": ["2018551021", "2015550101"], "sms": "on"}]


def address(world):
    return str(world.api.base_url)


async def whole(iterator):
    return [each async for each in iterator]
