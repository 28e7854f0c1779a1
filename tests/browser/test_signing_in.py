"""Signing in, in a real browser."""

from __future__ import annotations

from urllib.parse import urlsplit


async def test_somebody_signs_in_with_a_token_and_out_again(world, open_tab, look, accessible):
    tab = await open_tab(world)
    assert urlsplit(tab.url).path == f"/dashboard/accounts/{world.account}/orders"
    await tab.click("text=Sign out")
    await tab.wait_for_selector("#token")
    await look(tab, "sign-in")
    await accessible(tab)
    await tab.goto(f"/dashboard/accounts/{world.account}/health?since=1")
    assert await tab.input_value("input[name=next]") == f"/dashboard/accounts/{world.account}/health?since=1"


async def test_a_wrong_token_is_told_and_nobody_is_in(world, open_tab):
    tab = await open_tab(world)
    await tab.click("text=Sign out")
    await tab.fill("#token", "a-token-of-nobody")
    await tab.click("main button")
    assert "not known" in await tab.inner_text("[role=alert]")
    await tab.goto("/dashboard")
    assert urlsplit(tab.url).path == "/dashboard/sign-in"


async def test_all_of_it_works_without_javascript(world, open_tab):
    await world.submit()
    tab = await open_tab(world, "orders:read", javascript=False)
    assert await tab.locator("tbody tr").count() == 1
    assert "read-only" in await tab.inner_text("header")


async def test_who_may_only_look_sees_no_button_and_is_refused_in_words(world, open_tab, look, accessible):
    order = await world.submit()
    tab = await open_tab(world, "orders:read")
    page = f"/dashboard/accounts/{world.account}/orders/{order['id']}"
    await tab.goto(page)
    assert await tab.locator("main .acts button, main .acts .button").all_inner_texts() == []
    answer = await tab.goto(f"{page}/cancel")
    assert answer.status == 403
    assert "orders:write" in await tab.inner_text("main")
    await look(tab, "refused")
    await accessible(tab)
