"""Endpoints and batches in a real browser: made, pinged, looked at; and a batch that goes on by itself."""

from __future__ import annotations

import bulk_steps
import pytest
from event_steps import bring, listening


@pytest.fixture
async def world(valkey):
    async with listening(valkey) as made:
        yield made


async def test_somebody_makes_an_endpoint_and_sees_what_its_receiver_answers(
    world, open_tab, receiver, look, accessible
):
    account = f"/dashboard/accounts/{world.account}"
    tab = await open_tab(world, path=f"{account}/endpoints")
    await tab.goto(f"{account}/endpoints")
    await tab.click("text=New endpoint")
    await tab.fill("#url", "http://10.0.0.1/")
    await tab.click("text=Make it")
    await tab.wait_for_selector("#wrong-url-1")
    await accessible(tab)
    await look(tab, "endpoint-form")
    await tab.fill("#url", receiver.url)
    await tab.check("text=order.completed")
    await tab.click("text=Make it")
    assert (await tab.input_value("#secret")).startswith("whsec_")
    receiver.secrets.append(await tab.input_value("#secret"))
    await tab.click("text=I have it")
    await tab.click("text=Send a test event")
    await tab.click("main button")
    await tab.wait_for_selector("#deliveries")
    await bring(world)
    await tab.reload()
    assert "answered 200 OK" in await tab.inner_text("main")
    assert [len(each.verified) for each in receiver.told] == [1]
    await accessible(tab)
    await look(tab, "endpoint")
    for room in ("orphans", "audit"):
        await tab.goto(f"{account}/{room}")
        await accessible(tab)


async def test_an_open_batch_goes_on_before_the_eyes_of_who_looks(world, open_tab, accessible):
    made = await bulk_steps.submit(world, bulk_steps.rows(bulk_steps.NUMBERS[:4]), order_size=2)
    tab = await open_tab(world, "orders:read")
    await tab.clock.install()
    await tab.goto(f"/dashboard/accounts/{world.account}/batches/{made['id']}")
    assert "0 of 2 made" in await tab.inner_text("main")
    await bulk_steps.ended(world, made)
    await tab.route(f"**/batches/{made['id']}", lambda route: route.fulfill(status=503))
    await tab.clock.fast_forward(4_000)
    await tab.wait_for_selector("#liveness >> text=trying again")
    await tab.unroute_all(behavior="wait")
    await tab.clock.fast_forward(4_000)
    await tab.wait_for_selector("text=2 of 2 made")
    await tab.wait_for_selector("[data-live=ended]")
    await accessible(tab)
