"""The page of an order in a real browser: it lives, its XML opens in place, and what failed goes again."""

from __future__ import annotations

from ending_steps import end

from service.lifecycle import State
from service.order import Outcome

A = "2015551911"
SECRET = "secret:/groups/0/port_out_passcode"


async def test_xml_opens_in_place_and_stays_open_while_the_order_moves_to_its_end(world, open_tab, look, accessible):
    made = await world.submit([{"telephone_numbers": ["2015551234", "2015550101"], "sms": "on"}])
    await world.look_once("submit")
    tab = await open_tab(world, path=f"/dashboard/accounts/{world.account}/orders")
    await tab.goto(f"/dashboard/accounts/{world.account}/orders/{made['id']}")
    await tab.wait_for_selector("#head .pill:has-text('received')")
    await tab.click("details.xml summary")
    await tab.wait_for_selector("details.xml pre.document >> nth=1")
    await world.ended(made["id"])
    await tab.wait_for_selector("#head .pill:has-text('partial')")
    assert await tab.locator("details.xml[open] pre.document").count() == 2
    assert "1 failed" in " ".join((await tab.inner_text("#head .counts")).split())
    await look(tab, "order")
    await accessible(tab)


async def test_what_could_not_be_looked_at_is_told_and_looked_at_again_and_a_form_is_left_until_it_is_filled_in(
    world, open_tab
):
    made = await world.submit([{"telephone_numbers": ["2015551234"], "sms": "on"}])
    tab = await open_tab(world, "orders:read", path=f"/dashboard/accounts/{world.account}/orders")
    await tab.clock.install()
    await tab.goto(f"/dashboard/accounts/{world.account}/orders/{made['id']}")
    await tab.wait_for_selector("#live >> text=live")
    await tab.focus("#numbers input")
    await tab.route(f"**/orders/{made['id']}", lambda route: route.fulfill(status=429))
    await world.ended(made["id"])
    await tab.wait_for_selector("#live >> text=not answered: trying again")

    await tab.unroute_all(behavior="wait")
    await tab.clock.fast_forward(6_000)
    await tab.wait_for_selector("#head .pill:has-text('complete')")
    assert await tab.locator("#numbers .pill:has-text('pending')").count() == 1
    await tab.wait_for_selector("#live >> text=live")
    await tab.evaluate("document.activeElement.blur()")
    await tab.wait_for_selector("#numbers .pill:has-text('complete')")


async def test_what_failed_goes_again_after_a_preview_and_leads_to_the_new_order(world, open_tab, look, accessible):
    made = await world.submit([{"telephone_numbers": [A], "sms": "on", "port_out_passcode": "first1"}])
    again = Outcome("failed", "1000", "Please try again.", retryable=True)
    await end(world, made["id"], {A: again}, state=State.FAILED)
    tab = await open_tab(world, "orders:write")
    # a stream that is refused is none to wait for
    await tab.route("**/orders/events?*", lambda route: route.fulfill(status=503))
    await tab.goto(f"/dashboard/accounts/{world.account}/orders/{made['id']}")
    await tab.wait_for_selector("#live >> text=looked at every 5 s")
    await tab.click("text=New order for the failed ones")
    await tab.wait_for_selector("pre.document")
    await look(tab, "order-retry")
    await accessible(tab)
    await tab.fill(f"[name='{SECRET}']", "again1")
    await tab.click("text=Make this order")
    await tab.wait_for_selector(f"dt:has-text('Retries order') + dd >> text={made['id']}")
    assert not tab.url.endswith(made["id"])
