"""The front's frame: who comes in and how, and what is refused in Bandwidth's shapes."""

from __future__ import annotations

import time

import httpx
import pytest
import rig

from service import xml
from service.clients.registrar import Registrar

PREFIXES = ["/api", "/api/v1", "/v1.0"]


def said(answer):
    """A refusal's root, code and description."""
    root = xml.parse(answer.content)
    status = xml.child(root, "ResponseStatus")
    return root.tag, xml.text(status, "ErrorCode"), xml.text(status, "Description")


@pytest.mark.parametrize("prefix", PREFIXES)
@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
async def test_an_unknown_path_below_a_prefix_is_404_in_xml(world, prefix, method):
    answer = await world.api.request(method, f"{prefix}/accounts/{world.account}/nothing")
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/xml"
    assert said(answer) == ("ErrorResponse", None, "The resource does not exist")


async def test_a_method_that_a_path_does_not_take_is_405_in_xml_and_tells_those_it_takes(world):
    answer = await world.api.get("/api/v1/oauth2/token")
    assert (answer.status_code, answer.headers["allow"]) == (405, "POST")
    assert said(answer)[:2] == ("ErrorResponse", "1019")


@pytest.mark.parametrize("method", ["PROPFIND", "TRACE", "LOCK"])
async def test_a_method_that_nobody_lists_is_refused_in_xml_too(world, method):
    answer = await world.api.request(method, f"/api/accounts/{world.account}/TnOptions")
    assert (answer.status_code, answer.headers["allow"]) == (405, "POST, GET")
    assert said(answer)[1] == "1019"
    answer = await world.api.request(method, f"/api/accounts/{world.account}/nothing")
    assert (answer.status_code, said(answer)[1:]) == (404, (None, "The resource does not exist"))


@pytest.mark.parametrize("prefix", PREFIXES)
async def test_a_token_is_fetched_by_basic_or_by_the_form(world, prefix):
    form = {"grant_type": "client_credentials"}
    by_basic = await world.api.post(f"{prefix}/oauth2/token", data=form, headers=_basic("default", rig.TOKEN))
    given = {**form, "client_id": "default", "client_secret": rig.TOKEN}
    async with _stranger(world) as stranger:
        by_form = await stranger.post(f"{prefix}/oauth2/token", data=given)
    for answer in (by_basic, by_form):
        assert answer.status_code == 200
        assert answer.json() == {"access_token": rig.TOKEN, "token_type": "bearer", "expires_in": 3600}
        assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    ("form", "auth", "status", "error"),
    [
        ({"grant_type": "client_credentials"}, ("default", "wrong"), 401, "invalid_client"),
        ({"grant_type": "client_credentials"}, ("somebody", rig.TOKEN), 401, "invalid_client"),
        ({"grant_type": "client_credentials"}, None, 401, "invalid_client"),
        ({"grant_type": "client_credentials", "client_id": "default"}, None, 401, "invalid_client"),
        ({"grant_type": "password"}, ("default", rig.TOKEN), 400, "unsupported_grant_type"),
        ({}, ("default", rig.TOKEN), 400, "invalid_request"),
    ],
)
async def test_what_is_no_request_for_a_token_is_refused_as_rfc_6749_says(world, form, auth, status, error):
    async with _stranger(world) as stranger:
        answer = await stranger.post("/api/v1/oauth2/token", data=form, auth=auth)
    assert (answer.status_code, answer.json()) == (status, {"error": error})
    assert ("www-authenticate" in answer.headers) == (status == 401)


async def test_a_revoked_clients_access_token_ends_with_it(world):
    registrar = Registrar(world.desk.store, world.settings, "tests")
    name = f"sdk-{world.account}"
    token = await registrar.create(name, [world.account], ["orders:read"], None)
    async with _stranger(world) as stranger:
        form = {"grant_type": "client_credentials"}
        answer = await stranger.post("/api/v1/oauth2/token", data=form, auth=(name, token))
        fetched = answer.json()["access_token"]
        await registrar.revoke(name)

        async def is_out():
            answer = await stranger.post("/api/v1/oauth2/token", data=form, auth=(name, fetched))
            return answer.status_code == 401

        await rig.until(is_out)


def _stranger(world):
    return httpx.AsyncClient(base_url=world.api.base_url, trust_env=False, timeout=20)


def _basic(name, password):
    return {"Authorization": httpx.BasicAuth(name, password)._auth_header}


async def test_who_calls_too_often_is_told_when_the_window_ends(world):
    headers = await world.client("orders:read", rate=1)
    token = headers["Authorization"].removeprefix("Bearer ")
    name = token.partition(".")[0]
    form = {"grant_type": "client_credentials"}
    async with _stranger(world) as stranger:
        answers = [await stranger.post("/api/oauth2/token", data=form, auth=(name, token)) for _ in range(4)]
    last = answers[-1]
    assert (last.status_code, last.content) == (429, b"")
    assert 0 <= int(last.headers["x-ratelimit-reset"]) - time.time() <= 3
