"""Who may see pages: sessions, forms of ours, and what is said to everybody else."""

from __future__ import annotations

import re
from contextlib import AsyncExitStack
from http.cookies import SimpleCookie

import httpx
import pytest
from pydantic import SecretStr
from rig import TOKEN, api_server, new_account, served, until

from service.clients.registrar import Registrar
from service.sealing import Sealer

HTTP = httpx.AsyncClient


@pytest.fixture
async def nobody(world):
    async with HTTP(base_url=world.api.base_url, trust_env=False) as http:
        yield http


def _orders(world):
    return f"/dashboard/accounts/{world.account}/orders"


async def test_a_session_is_a_cookie_that_no_script_and_no_other_site_sees(world, nobody):
    answer = await nobody.post("/dashboard/sign-in", data={"token": TOKEN, "next": _orders(world)})
    assert (answer.status_code, answer.headers["location"]) == (303, _orders(world))
    (cookie,) = SimpleCookie(answer.headers["set-cookie"]).values()
    assert TOKEN not in cookie.value
    assert cookie["httponly"]
    assert (cookie["samesite"], cookie["path"], cookie["secure"]) == ("strict", "/dashboard", "")
    for said in ("https", "HTTPS, http"):
        behind_tls = await nobody.post("/dashboard/sign-in", data={"token": TOKEN}, headers={"X-Forwarded-Proto": said})
        assert "Secure" in behind_tls.headers["set-cookie"], said


async def test_pages_run_nothing_in_place_and_are_kept_by_nobody(world, visit):
    answer = await (await visit(world)).get(_orders(world))
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert answer.headers["cache-control"] == "no-store"
    assert "<script>" not in answer.text
    assert "style=" not in answer.text


async def test_whoever_has_not_signed_in_is_led_there_and_back(world, nobody):
    answer = await nobody.get(_orders(world), params={"state": "open"})
    assert answer.status_code == 303
    asked = await nobody.get(answer.headers["location"])
    assert f'value="{_orders(world)}?state=open"' in asked.text


ELSEWHERE = [
    *("https://example.com/", "//example.com", " //example.com", "/dashboard\\@x", "/dashboards", "/v1", "//["),
    *("javascript:alert(1)", "/\t/example.com", "dashboard", "\x00/dashboard\\"),
]


@pytest.mark.parametrize("elsewhere", ELSEWHERE)
async def test_signing_in_leads_to_no_other_place(world, nobody, elsewhere):
    assert 'name="next" value=""' in (await nobody.get("/dashboard/sign-in", params={"next": elsewhere})).text
    answer = await nobody.post("/dashboard/sign-in", data={"token": TOKEN, "next": elsewhere})
    assert answer.headers["location"] == "/dashboard"


@pytest.mark.parametrize("token", ["", "nobody.knows-this", "ü" * 10, "x" * 5_000])
async def test_a_wrong_token_is_refused_in_words(world, nobody, token):
    answer = await nobody.post("/dashboard/sign-in", data={"token": token})
    assert answer.status_code == 401
    assert 'role="alert"' in answer.text
    assert "set-cookie" not in answer.headers


async def test_a_cookie_that_is_made_up_altered_or_too_old_is_no_session(world, nobody, monkeypatch):
    sealer = Sealer(world.settings.secret_key.get_secret_value())
    old = sealer.seal(f'{{"token":"{TOKEN}","proof":"x","ends_at":1}}', "dashboard")
    other = Sealer("cd" * 32).seal(f'{{"token":"{TOKEN}","proof":"x","ends_at":9e12}}', "dashboard")
    for cookie in ("", "x", "%00", old, other, sealer.seal("{}", "an order")):
        answer = await nobody.get(_orders(world), headers={"Cookie": f"order_tracker={cookie}"})
        assert answer.status_code == 303, cookie


async def test_a_client_that_is_revoked_is_out_at_once(world, visit):
    visitor = await visit(world, "orders:read", name="leaves-soon")
    assert (await visitor.get(_orders(world))).status_code == 200
    await Registrar(world.desk.store, world.settings, "tests").revoke("leaves-soon")

    async def out():
        return (await visitor.get(_orders(world))).status_code == 303

    await until(out)


async def test_a_link_from_another_site_is_followed_once_more_from_here(world, visit):
    visitor = await visit(world)
    visitor.http.cookies.clear()
    answer = await visitor.get(_orders(world), headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 200
    assert 'http-equiv="refresh"' in answer.text


async def test_a_form_of_no_page_of_ours_does_nothing(world, visit):
    visitor = await visit(world)
    path = "/dashboard/sign-out"
    for fields in ({"other": "1"}, {"proof": "guessed"}, {"proof": "ü"}):
        answer = await visitor.http.post(path, data=fields)
        assert answer.status_code == 400, fields
        assert "nothing was done" in answer.text
    cross = await visitor.http.post(path, data={"proof": visitor.proof}, headers={"Sec-Fetch-Site": "cross-site"})
    assert cross.status_code == 400
    assert (await visitor.get(_orders(world))).status_code == 200
    assert (await visitor.post(path)).headers["location"] == "/dashboard/sign-in"
    assert (await visitor.get(_orders(world))).status_code == 303


@pytest.mark.parametrize(
    ("media", "body", "status"),
    [
        ("application/json", b"{}", 415),
        ("application/x-www-form-urlencoded", b"a=%ff", 400),
        ("application/x-www-form-urlencoded", b"\xff=1", 400),
        ("application/x-www-form-urlencoded", b"a=1&" * 3_000, 400),
        ("application/x-www-form-urlencoded", b"a=" + b"1" * 300_000, 413),
    ],
)
async def test_what_is_no_form_is_refused(world, visit, media, body, status):
    visitor = await visit(world)
    answer = await visitor.http.post("/dashboard/sign-out", content=body, headers={"Content-Type": media})
    assert answer.status_code == status
    assert "<h1>" in answer.text


async def test_what_is_not_there_or_not_taken_is_told_as_a_page(world, visit):
    visitor = await visit(world, "orders:read")
    assert (await visitor.get(f"/dashboard/accounts/{new_account()}/orders")).status_code == 404
    assert (await visitor.get("/dashboard/nothing")).status_code == 404
    assert (await visitor.post(_orders(world))).status_code == 405
    refused = await visitor.get(_orders(world), params={"stat": "open"})
    assert refused.status_code == 400
    assert "state may be meant" in refused.text
    told = await visitor.get("/dashboard/nothing", headers={"Sec-Fetch-Dest": "empty"})
    assert told.headers["content-type"].startswith("text/plain")


async def test_files_are_kept_for_good_by_an_address_that_names_their_content(world, nobody):
    page = (await nobody.get("/dashboard/sign-in")).text
    address = page.partition('rel="stylesheet" href="')[2].partition('"')[0]
    answer = await nobody.get(address)
    assert answer.headers["content-type"].startswith("text/css")
    assert "immutable" in answer.headers["cache-control"]
    for wrong in (address.replace("dashboard.css", "base.html"), "/dashboard/files/0/dashboard.css"):
        assert (await nobody.get(wrong)).status_code == 404


async def test_a_session_is_good_at_every_api_process_that_has_the_same_key(world):
    """Behind a load balancer each request may come to another process, and none of them keeps anything."""
    others = [world.settings.model_copy(update=each) for each in ({}, {"secret_key": SecretStr("cd" * 32)})]
    async with AsyncExitStack() as stack:
        same, foreign = [stack.enter_context(served(api_server(each))) for each in others]
        http = await stack.enter_async_context(HTTP(base_url=world.api.base_url, trust_env=False))
        signed_in = await http.post("/dashboard/sign-in", data={"token": TOKEN})
        assert signed_in.status_code == 303

        page = await http.get(same + _orders(world))
        assert page.status_code == 200
        proof = re.search(r'name="proof" value="([^"]+)"', page.text)[1]
        # one who does not hold the key knows nobody
        assert (await http.get(foreign + _orders(world))).status_code == 303
        # a form of one is taken by another
        signed_out = await http.post("/dashboard/sign-out", data={"proof": proof})
        assert (signed_out.status_code, signed_out.headers["location"]) == (303, "/dashboard/sign-in")
        assert (await http.get(same + _orders(world))).status_code == 303
