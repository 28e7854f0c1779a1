"""Every page there is, for everybody there is: who may see it, who may do it, and what is said to the others."""

from __future__ import annotations

import re
from html import unescape

import pytest
import rig
from bulk_steps import NUMBERS, rows
from bulk_steps import submit as send_batch

from service import times
from service.dashboard.page import Page
from service.dashboard.routes import pages
from service.scopes import Scope

ORDER = "/dashboard/accounts/{account_id}/orders/{order_id:uuid}"
ACCOUNT = "/dashboard/accounts/{account_id}"
ENDPOINT = ACCOUNT + "/endpoints/{endpoint_id:uuid}"
#: whoever may only read may not even see what is asked before something is done
WRITE = {
    (method, path)
    for method in ("GET", "POST")
    for path in (
        *(f"{ORDER}/{act}" for act in ("check", "retry", "step-aside", "cancel", "retry-failed")),
        ACCOUNT + "/orders/act",
    )
}
ADMIN = {
    ("GET", ACCOUNT + "/audit"),
    ("POST", ACCOUNT + "/subscriptions/now"),
    ("POST", ENDPOINT + "/deliveries/{delivery_id}"),
    *(
        (method, path)
        for method in ("GET", "POST")
        for path in (
            ACCOUNT + "/orphans/replay",
            ACCOUNT + "/endpoints/new",
            *(f"{ENDPOINT}/{act}" for act in ("edit", "ping", "switch-on", "switch-off", "rotate", "remove", "replay")),
        )
    ),
}
#: whoever has not signed in
OPEN = {
    ("GET", "/dashboard/files/{digest}/{name}"),
    ("GET", "/dashboard/sign-in"),
    ("POST", "/dashboard/sign-in"),
}
SIGN_OUT = ("POST", "/dashboard/sign-out")
#: what tokens may, by their scopes
MAY = {
    ("orders:read",): {Scope.READ},
    ("orders:read", "read:personal"): {Scope.READ},
    ("orders:write",): {Scope.READ, Scope.WRITE},
    ("admin",): {Scope.READ, Scope.WRITE, Scope.ADMIN},
}
#: what comes of a page that is sent without its fields, or of what nobody filled in
ANSWERS = (200, 303, 400, 404, 409, 422)


def key(page: Page):
    return page.method, page.path


def scope(page: Page):
    return Scope.WRITE if key(page) in WRITE else Scope.ADMIN if key(page) in ADMIN else Scope.READ


@pytest.fixture
async def shown(world):
    """What the addresses name: one of everything there is."""
    order = await world.submit([{"telephone_numbers": ["2015550101"], "sms": "on"}])
    await world.ended(order["id"])
    batch = await send_batch(world, rows(NUMBERS[:1]))
    url = f"/v1/accounts/{world.account}/endpoints"
    endpoint = (await world.api.post(url, json={"url": "https://hooks.example.com/"})).json()["id"]
    delivery = (await world.api.post(f"{url}/{endpoint}/ping")).json()["id"]
    sent = (await world.timeline(order["id"]))[1]["at"]
    return {
        "account_id": world.account,
        "order_id": order["id"],
        "at": str(times.parse(sent)),
        "nth": "0",
        "number": "2015550101",
        "batch_id": batch["id"],
        "endpoint_id": endpoint,
        "delivery_id": delivery,
        "digest": "0",
        "name": "dashboard.css",
        "path": "nothing",
    }


def address(page, shown):
    return re.sub(r"\{([a-z_]+)(:[a-z]+)?\}", lambda found: shown[found[1]], page.path)


def every_page():
    """All of them, and signing out last."""
    return sorted(pages(), key=lambda page: key(page) == SIGN_OUT)


async def asked(visitor, page, path, **fields):
    """Get a page, or send its form with no more than these fields: nothing is done by it."""
    # the stream of events would not end
    method = "HEAD" if path.endswith("/events") else page.method
    return await visitor.http.request(
        method, path, **({"data": {"nothing": "1", **fields}} if method == "POST" else {})
    )


def test_what_is_done_needs_more_than_to_read_and_what_is_open_is_told_here():
    told = {key(page): page for page in pages()}
    assert {name for name, page in told.items() if page.open} == OPEN
    assert {name: page.scope for name, page in told.items() if not page.open} == {
        name: scope(page) for name, page in told.items() if not page.open
    }
    assert {name for name in told if name[0] == "POST"} - WRITE - ADMIN == {SIGN_OUT, ("POST", "/dashboard/sign-in")}
    assert told.keys() >= WRITE | ADMIN


async def test_whoever_has_not_signed_in_sees_and_does_nothing(world, visit, shown):
    visitor = await visit(world)
    visitor.http.cookies.clear()
    for page in every_page():
        path = address(page, shown)
        answer = await asked(visitor, page, path)
        if page.open:
            assert answer.status_code in (200, 401, 404), path
        elif page.method == "GET":
            assert answer.status_code == 303, path
            assert answer.headers["location"].startswith("/dashboard/sign-in?next="), path
        else:
            assert answer.status_code == 401, path
            assert "nothing was done" in answer.text, path


@pytest.mark.parametrize("scopes", MAY, ids=lambda scopes: scopes[-1])
async def test_a_page_is_for_those_who_have_its_scope_and_says_so_to_the_others(world, visit, shown, scopes):
    visitor = await visit(world, *scopes)
    for page in every_page():
        if page.open:
            continue
        path = address(page, shown)
        answers = [await asked(visitor, page, path)]
        if page.method == "POST":
            answers.append(await asked(visitor, page, path, proof=visitor.proof))
        if page.scope not in MAY[scopes]:
            for each in answers:
                assert each.status_code == 403, path
                assert f"lacks the scope {page.scope}" in unescape(each.text), path
            continue
        assert answers[-1].status_code in ANSWERS, (path, answers[-1].status_code)
        if page.method == "POST":
            assert answers[0].status_code == 400, path
            assert "nothing was done" in answers[0].text, path
        else:
            assert "sign-in" not in answers[0].headers.get("location", ""), path


async def test_an_account_of_others_is_as_one_that_is_not(world, visit, shown):
    visitor = await visit(world)
    for account in (rig.new_account(), "%3Cb%3E"):
        for page in every_page():
            if "{account_id}" in page.path:
                path = address(page, shown | {"account_id": account})
                answer = await asked(visitor, page, path, proof=visitor.proof)
                assert answer.status_code == 404, path
                assert f"/accounts/{account}/" not in answer.text, path
