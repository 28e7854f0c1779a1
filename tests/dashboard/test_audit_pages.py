"""The audit as admins see it: in plain words, and by who did it."""

from __future__ import annotations

from html import unescape

from service.api.routes import operations
from service.audit import Audit
from service.dashboard import audit
from service.dashboard.routes import pages
from service.store import auditing
from service.store.auditing import Deed

HOSTILE = "<script>alert(1)</script>"


def room(world):
    return f"/dashboard/accounts/{world.account}/audit"


async def note(world, *deeds):
    kept = Audit(world.desk.store, world.settings)
    for each in deeds:
        await kept.note(world.account, each)


def test_all_that_is_audited_has_words():
    assert {each.id for each in operations() if each.is_audited} <= set(audit.WORDS)


def test_every_word_leads_to_a_page_that_is_there():
    shown = {each.path for each in pages() if each.method == "GET"}
    for _, path in audit.WORDS.values():
        room = (path or "audit").partition("/")[0]
        assert any(each.startswith(f"/dashboard/accounts/{{account_id}}/{room}") for each in shown), room


async def test_nothing_done_is_said_and_only_admins_are_told(world, visit):
    assert "Nothing was done" in (await (await visit(world)).get(room(world))).text
    reader = await visit(world, "orders:write")
    refused = await reader.get(room(world))
    assert (refused.status_code, "admin" in refused.text) == (403, True)
    assert f'href="{room(world)}"' not in refused.text


async def test_deeds_are_told_in_words_and_lead_to_what_they_were_done_to(world, visit):
    await note(
        world,
        Deed("billing", "cancelOrder", "an-order", HOSTILE),
        Deed("ops", "replayDelivery", "an-endpoint evt_1:an-endpoint"),
        Deed(HOSTILE, "somethingNew", "of / a later version"),
        Deed("ops", "replayDelivery", "cut-off"),
        Deed("ops", "healSubscriptions"),
    )
    page = (await (await visit(world)).get(room(world))).text
    assert HOSTILE not in page
    assert unescape(page).count(HOSTILE) >= 2
    account = f"/dashboard/accounts/{world.account}"
    for path in ("orders/an-order", "endpoints/an-endpoint/deliveries/evt_1%3Aan-endpoint", "subscriptions"):
        assert f'href="{account}/{path}"' in page
    for words in ("cancelled an order", "had an event sent again", "somethingNew", "of / a later version", "cut-off"):
        assert words in page


async def test_the_deeds_of_one_are_found_among_those_of_others_page_by_page(world, visit, monkeypatch):
    monkeypatch.setattr(auditing, "_READ", 3)
    monkeypatch.setattr(audit, "MOST", 2)
    for at in range(5):
        await note(world, Deed("ops", "pingEndpoint", f"ours-{at}"), *[Deed("billing", "pingEndpoint", "theirs")] * 2)
    visitor, where, found = await visit(world), f"{room(world)}?by=ops", []
    while where:
        page = (await visitor.get(where)).text
        assert "theirs" not in page
        found += [each for each in (f"ours-{at}" for at in range(5)) if f"/endpoints/{each}" in page]
        where = unescape(page.partition('aria-label="Pages"')[2].partition('href="')[2].partition('"')[0])
    assert sorted(found) == [f"ours-{at}" for at in range(5)]
    assert "nobody has done nothing" in (await visitor.get(room(world), params={"by": "nobody"})).text
    assert (await visitor.get(room(world), params={"by": "x" * 101})).status_code == 400
    assert (await visitor.get(room(world), params={"cursor": "bm9uc2Vuc2U="})).status_code == 400
