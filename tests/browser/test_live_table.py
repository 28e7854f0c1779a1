"""The table of orders in a real browser: it lives in place, rests while nobody looks, and finds what is pasted."""

from __future__ import annotations

import asyncio
from urllib.parse import urlsplit

HIDE = """hidden => {
  Object.defineProperty(document, "hidden", {value: hidden, configurable: true});
  document.dispatchEvent(new Event("visibilitychange"));
}"""

#: resolves when the table has heard that an order has ended
ENDED = """() => new Promise(resolve => {
  const {events, place} = document.querySelector("#orders").dataset;
  const source = new EventSource(`${events}&last_event_id=${place}`);
  source.addEventListener("order.completed", () => setTimeout(resolve, 50));
})"""


def room(world, query=""):
    return f"/dashboard/accounts/{world.account}/orders{query}"


async def submit(world, number, **more):
    return await world.submit([{"telephone_numbers": [number], "sms": "on"}], **more)


async def is_live(tab):
    await tab.wait_for_selector("#live[data-is=live]")


async def test_an_order_is_seen_from_its_acceptance_to_its_end_without_loading_again(world, open_tab, look, accessible):
    order = await submit(world, "2015550101", customer_order_id="ours-1")
    other = await submit(world, "2015551502")
    tab = await open_tab(world, "orders:read")
    await tab.goto(room(world, "?state=open"))
    await is_live(tab)
    await tab.evaluate("window.untouched = true")
    row = tab.locator(f"tr[data-id='{order['id']}']")
    await row.locator("a").focus()
    await world.until(order["id"], "received", "processing", "failed")
    await tab.wait_for_selector(f"tr[data-id='{order['id']}'].fresh")
    await world.ended(order["id"])
    await row.locator(".pill:has-text('failed')").wait_for()
    assert "left" in await row.get_attribute("class")
    assert "5076" in await row.locator(".note").inner_text()
    await tab.wait_for_selector("#views a.bad:has-text('failed 1')")
    await world.ended(other["id"])
    await tab.wait_for_selector(f"tr[data-id='{other['id']}'].left .pill:has-text('complete')")
    assert await tab.evaluate("document.activeElement.textContent") == "ours-1"

    await submit(world, "2015551503")
    await tab.wait_for_selector("#newer >> text=1 new")
    await submit(world, "2015551504")
    await tab.wait_for_selector("#newer >> text=2 new")
    assert await tab.locator("tr[data-id]").count() == 2
    await look(tab, "orders")
    await accessible(tab)
    assert await tab.evaluate("window.untouched")
    await tab.click("#newer")
    await tab.wait_for_function("document.querySelectorAll('tr[data-id]').length === 2 && !window.untouched")
    await is_live(tab)


async def test_a_table_that_nobody_looks_at_rests_and_catches_up_and_one_that_is_signed_out_stops(world, open_tab):
    order = await submit(world, "2015551501")
    tab = await open_tab(world)
    await is_live(tab)
    await tab.evaluate(HIDE, True)
    await tab.wait_for_selector("#live >> text=paused")
    await world.ended(order["id"])
    await submit(world, "2015551502")
    assert await tab.locator(".pill:has-text('accepted')").count() == 1
    await tab.evaluate(HIDE, False)
    await tab.wait_for_selector(f"tr[data-id='{order['id']}'] .pill:has-text('complete')")
    await tab.wait_for_selector("#newer >> text=1 new")
    await is_live(tab)

    await tab.evaluate(HIDE, True)
    await tab.context.clear_cookies()
    await tab.evaluate(HIDE, False)
    await tab.wait_for_selector("#live >> text=signed out")


async def test_what_changes_while_rows_are_fetched_is_fetched_again(world, open_tab):
    order = await submit(world, "2015551501")
    tab = await open_tab(world, "orders:read")
    await is_live(tab)
    fetched = []

    async def overtaken(route):
        answer = await route.fetch()
        fetched.append(await answer.text())
        if len(fetched) == 1:
            ended = asyncio.create_task(tab.evaluate(ENDED))
            await world.ended(order["id"])
            await ended
        await route.fulfill(response=answer)

    await tab.route("**/orders/rows?*", overtaken)
    await world.look_once("submit")
    await tab.wait_for_selector(f"tr[data-id='{order['id']}'] .pill:has-text('complete')")
    assert ">complete<" not in fetched[0]
    await tab.unroute_all(behavior="wait")


async def test_only_what_belongs_above_is_new_and_not_what_moves_on_an_older_page(world, open_tab, monkeypatch):
    monkeypatch.setattr("service.dashboard.orders.table.MOST", 1)
    older, newer = await submit(world, "2015551501"), await submit(world, "2015551502")
    tab = await open_tab(world, "orders:read")
    await tab.goto(room(world, "?state=open&state=complete"))
    await is_live(tab)
    await world.ended(older["id"])
    await world.ended(newer["id"])
    await tab.wait_for_selector(f"tr[data-id='{newer['id']}'] .pill:has-text('complete')")
    await tab.wait_for_selector("#views a.good:has-text('complete 2')")
    await submit(world, "2015551503")
    await tab.wait_for_selector("#newer >> text=/^1 new/")


async def test_a_service_that_is_away_is_told_and_tried_again(world, open_tab):
    await submit(world, "2015551501")
    tab, asked = await open_tab(world), []

    async def refuse(route):
        asked.append(route.request.url)
        await route.fulfill(status=503, headers={"Retry-After": "1"})

    await is_live(tab)
    await tab.evaluate(HIDE, True)
    await tab.route("**/orders/rows?*", refuse)
    await tab.evaluate(HIDE, False)
    await tab.wait_for_selector("#live >> text=reconnecting")
    await tab.unroute("**/orders/rows?*")
    async with asyncio.timeout(15):
        await is_live(tab)
    assert len(asked) == 1


async def test_the_box_is_reached_by_a_key_and_leads_to_a_number(world, open_tab, look, accessible):
    await submit(world, "2015550199")
    tab = await open_tab(world, "orders:read")
    await tab.keyboard.press("/")
    await tab.keyboard.type("+1 (201) 555-0199")
    await tab.keyboard.press("Enter")
    await tab.wait_for_selector("h1 >> text=(201) 555-0199")
    assert urlsplit(tab.url).path.endswith("/numbers/2015550199")
    await look(tab, "number")
    await accessible(tab)
    # who speaks to a computer says letters and signs by accident: the key is switched off for good
    await tab.uncheck("#slash input")
    await tab.reload()
    await tab.wait_for_selector("#slash:visible")
    await tab.locator("h1").click()
    await tab.keyboard.press("/")
    assert await tab.evaluate("document.activeElement.id") != "search"
    assert not await tab.is_visible(".search kbd")
