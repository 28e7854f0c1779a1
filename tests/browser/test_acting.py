"""Acting on orders, in a real browser: with one, with many, without a script, and with a token that may only read."""

from __future__ import annotations

from store_steps import FIRST, claim, report, sent, submit


async def test_a_person_looks_at_a_preview_confirms_it_and_finds_it_on_the_timeline(world, open_tab, look, accessible):
    order, behind = await submit(world, "2015558001"), await submit(world, "2015558001")
    await report(world, await claim(world, order), sent(FIRST))
    tab = await open_tab(world, path=f"/dashboard/accounts/{world.account}/orders/{order['id']}")
    await tab.focus(".not-now summary")
    await tab.keyboard.press("Enter")
    assert "takes no cancellation" in await tab.inner_text(".not-now")
    await look(tab, "order-actions")
    await accessible(tab)
    await tab.click("text=Step aside…")
    assert "at your risk" in await tab.inner_text("main")
    assert await tab.locator(f"a[href$='{behind['id']}']").count() == 1
    await look(tab, "action-preview")
    await accessible(tab)
    await tab.click("main button")
    await tab.wait_for_selector(".just-done")
    assert "Stepped aside by" in await tab.inner_text(".just-done")
    assert "Stepped aside" in await tab.inner_text("#timeline")


async def test_many_are_chosen_by_a_filter_and_decided_without_a_script(world, open_tab, look, accessible):
    orders = [await submit(world, f"20155580{each}") for each in range(11, 14)]
    await report(world, await claim(world, orders[0]), sent(FIRST))
    table = f"/dashboard/accounts/{world.account}/orders?state=open"
    tab = await open_tab(world, javascript=False, path=table)
    await tab.click("text=Act on these")
    assert "3 orders match" in await tab.inner_text("h1")
    await look(tab, "actions")
    await tab.click("text=Cancel: 2 orders")
    await tab.uncheck("input[type=checkbox] >> nth=0")
    await look(tab, "actions-list")
    await tab.click("button.danger")
    assert "1 order done" in await tab.inner_text("h1")
    await look(tab, "actions-done")
    assert (await world.order(orders[1]["id"]))["state"] == "cancelled"
    assert (await world.order(orders[2]["id"]))["state"] == "accepted"
    await tab.click("text=Back to the orders")
    assert tab.url.endswith(table)

    scripted = await open_tab(world, path=table.replace("?", "/act?") + "&action=check")
    await accessible(scripted)
    await scripted.click("text=Which")
    reader = await open_tab(world, "orders:read", path=table)
    assert await reader.locator("text=Act on these").count() == 0
    await reader.goto(f"/dashboard/accounts/{world.account}/orders/{orders[2]['id']}")
    assert await reader.locator(".acts, .not-now").count() == 0
