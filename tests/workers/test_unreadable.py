"""Secrets that open no more are a matter for a person, wherever the order stands."""

from __future__ import annotations

from dataclasses import replace

import pytest

from service.requests import Requests
from service.sealing import Sealer


@pytest.mark.parametrize("seconds", [0, 4], ids=["about to be sent", "uncertain"])
async def test_an_order_under_another_key_needs_attention(world, seconds):
    group = {"telephone_numbers": ["2015559301"], "port_out_passcode": "a1b2c3"}
    order = await world.submit([group])
    if seconds:
        await world.desk.book.claim(world.account, [order["id"]], "submit")
        world.desk.store.offset += seconds * 1000
    other = replace(world.desk, requests=Requests(Sealer("cd" * 32), 5_000))
    world.errands = replace(world.errands, desk=other)

    await world.look_once("submit")

    stuck = await world.order(order["id"])
    assert (stuck["state"], stuck["attention"]["why"]) == ("needs_attention", "unreadable_request")
