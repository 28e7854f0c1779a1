"""How many requests a client may make: counted by client, told with every answer, and 429 beyond."""

from __future__ import annotations

import asyncio
import re

import pytest
import rig

from service.scopes import Scope


@pytest.fixture
async def slow(valkey):
    """A world in which a client may make one request a second, and two at once."""
    async with rig.world(valkey.url, client_rate=1) as made:
        yield made


def told(answer):
    return [answer.headers.get(each) for each in ("ratelimit-policy", "ratelimit", "retry-after")]


async def test_beyond_its_rate_a_client_is_429_and_others_are_not(slow, lines):
    headers = await slow.client(Scope.READ)
    answers = await asyncio.gather(*(slow.api.get(slow.orders, headers=headers) for _ in range(20)))

    refused = [each for each in answers if each.status_code == 429]
    assert 16 <= len(refused) <= 18
    assert {each.status_code for each in answers} == {200, 429}
    for each in refused:
        assert each.json()["type"] == "/problems/rate-limited"
        assert told(each) == ['"default";q=2;w=2', '"default";r=0;t=2', "1"]
    name = headers["Authorization"].split()[1].partition(".")[0]
    written = [line for line in lines.getvalue().splitlines() if "rate" in line and name in line]
    assert len(written) == 1
    assert '"event": "client.limited"' in written[0]
    assert (await slow.api.get(slow.orders, headers=await slow.client(Scope.READ))).status_code == 200


async def test_every_answer_to_a_client_tells_what_is_left(slow):
    form = re.compile(r'"default";r=\d+;t=\d+', re.ASCII)
    for method, path, status in (
        ("GET", slow.orders, 200),
        ("HEAD", slow.orders, 200),
        ("GET", f"{slow.orders}/nonsense", 404),
        ("GET", f"{slow.orders}/tn-options", 405),
        ("GET", f"{slow.orders}?what=1", 400),
        ("GET", "/v1/accounts/1/orders", 404),
        ("GET", f"/v1/accounts/{slow.account}/audit", 403),
    ):
        answer = await slow.api.request(method, path, headers=await slow.client(Scope.WRITE))
        policy, left, _ = told(answer)
        assert (answer.status_code, policy) == (status, '"default";q=2;w=2'), path
        assert form.fullmatch(left), left


async def test_a_rate_of_its_own_goes_before_the_settings_and_none_is_none(slow):
    quick, free = await slow.client(Scope.READ, rate=100), await slow.client(Scope.READ, rate=0)
    for headers, policy in ((quick, '"default";q=200;w=2'), (free, None)):
        answers = [await slow.api.get(slow.orders, headers=headers) for _ in range(10)]
        assert {each.status_code for each in answers} == {200}
        assert {told(each)[0] for each in answers} == {policy}


async def test_callers_that_are_nobody_and_bandwidths_callbacks_are_not_counted(slow):
    for _ in range(4):
        answer = await slow.api.get(slow.orders, headers={"Authorization": "Bearer nobody"})
        assert (answer.status_code, told(answer)[:2]) == (401, [None, None])
    for _ in range(4):
        answer = await slow.callback("<Notification><OrderId>1</OrderId><Status>COMPLETE</Status></Notification>")
        assert (answer.status_code, told(answer)) == (200, [None] * 3)
    assert "ratelimit" not in (await slow.api.get("/livez")).headers
