"""The strip and the health page, in a real browser: they renew themselves, and everybody can read them."""

from __future__ import annotations

import pytest
from playwright.async_api import TimeoutError as NotYet

from service import governor
from service.store import keys

SECONDS_10 = 10_500


@pytest.fixture(autouse=True)
def _at_once(monkeypatch):
    """What was read is not kept: ten seconds pass at once here."""
    monkeypatch.setattr("service.dashboard.health.readings.FRESH_SECONDS", 0.0)


async def _wrong(world):
    client, account = world.desk.store.client, world.account
    await client.hset(keys.pause(account), mapping={"why": governor.UNAUTHORIZED, "until": ""})
    await client.hset(keys.subscriptions_told(account), "tnoptions", "3 missing")


async def _renewed(tab, selector, state="visible"):
    """Let ten seconds pass until the page shows it: where a reading is slow, it shows the one before first."""
    for _ in range(10):
        await tab.clock.fast_forward(SECONDS_10)
        try:
            return await tab.wait_for_selector(selector, state=state, timeout=1_000)
        except NotYet:
            continue
    raise AssertionError(selector)


async def _fits_a_phone(tab):
    await tab.set_viewport_size({"width": 390, "height": 844})
    assert await tab.evaluate("document.documentElement.scrollWidth <= innerWidth")


async def test_the_strip_tells_what_has_become_wrong_without_a_reload_and_while_nobody_looks_asks_nothing(
    world, open_tab, look, accessible
):
    order = await world.submit()
    await world.subscribe()
    await world.ended(order["id"])
    tab = await open_tab(world, "orders:read")
    await tab.clock.install()
    await tab.goto(f"/dashboard/accounts/{world.account}/orders")
    await tab.click(".strip summary")
    bandwidth = tab.locator(".signs a", has_text="Bandwidth")
    assert "ok" in await bandwidth.inner_text()
    await bandwidth.focus()
    await _wrong(world)
    await _renewed(tab, ".signs .bad >> text=refuses our credentials")
    assert "Bandwidth" in await tab.evaluate("document.activeElement.innerText")
    await look(tab, "strip")
    await accessible(tab)
    await _fits_a_phone(tab)

    asked = []
    tab.on("request", lambda request: asked.append(request.url))
    await tab.evaluate("Object.defineProperty(document, 'hidden', {get: () => true, configurable: true})")
    await tab.clock.fast_forward(3 * SECONDS_10)
    assert [each for each in asked if "/health/" in each] == []
    async with tab.expect_response("**/health/strip"):
        await tab.evaluate("delete document.hidden; document.dispatchEvent(new Event('visibilitychange'))")


async def test_the_health_page_renews_itself_and_keeps_open_what_is_open_and_says_when_it_cannot(
    world, open_tab, look, accessible
):
    order = await world.submit()
    await world.subscribe()
    await world.ended(order["id"])
    lag = {"callback_lag.100": 30, "callback_lag.500": 200, "callback_lag.2500": 90, "callback_lag.longer": 1}
    await world.desk.store.client.hset(keys.histograms(world.account), mapping=lag)
    tab = await open_tab(world, "orders:read")
    await tab.clock.install()
    await tab.goto(f"/dashboard/accounts/{world.account}/health")
    await tab.click("text=The same as a table")
    await _wrong(world)
    await _renewed(tab, ".trouble >> text=refuses our credentials")
    assert await tab.is_visible("td >> text=over 30 d")
    await look(tab, "health")
    await accessible(tab)
    await _fits_a_phone(tab)

    await tab.route("**/health/now", lambda route: route.abort())
    await _renewed(tab, "[data-stale] >> text=Not renewed since")
    await tab.unroute("**/health/now")
    await _renewed(tab, "[data-stale]", state="hidden")
    await tab.context.clear_cookies()
    await _renewed(tab, "[data-stale] >> text=No longer live")
