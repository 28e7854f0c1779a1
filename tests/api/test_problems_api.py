"""Problems over the wire, and what log lines tell and never tell."""

from __future__ import annotations

import json
from types import SimpleNamespace

import httpx
import pytest
import rig
from starlette.applications import Starlette
from starlette.routing import Route

from service import errors, web
from service.api import problems

PASSCODE = "zq7x9k2m"


def every(parent=errors.TrackerError):
    yield parent
    for each in parent.__subclasses__():
        yield from every(each)


#: what some errors cannot be without
GIVEN = {errors.NotCommitted: ("0" * 36,), errors.NotReplicated: (0, 1)}


@pytest.mark.parametrize("kind", list(every()), ids=lambda kind: kind.__name__)
async def test_every_error_is_a_problem_document_with_its_own_status_and_slug(kind):
    error = kind(*GIVEN.get(kind, ()))

    async def fails(_request):
        raise error

    handlers = {errors.TrackerError: problems.on_tracker_error}
    app = Starlette(routes=[Route("/", fails)], exception_handlers=handlers)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://tests") as client:
        answer = await client.get("/")

    problem = answer.json()
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["cache-control"] == "no-store"
    assert (answer.status_code, problem["status"]) == (kind.status, kind.status)
    assert problem["type"] == f"/problems/{kind.slug}"
    assert problem["title"] == kind.title()
    assert problem["detail"]
    assert ("retry-after" in answer.headers) == issubclass(kind, errors.Unavailable | errors.RateLimited)
    assert ("www-authenticate" in answer.headers) == (kind is errors.Unauthenticated)


async def test_too_many_conflicts_are_409_and_name_some_orders(valkey):
    async with rig.world(valkey.url, max_conflicts=1) as world:
        first, _ = [await world.submit([{"telephone_numbers": [n], "sms": "on"}]) for n in ("2015551234", "2015551235")]
        group = {"telephone_numbers": ["2015551234", "2015551235"], "sms": "on"}

        answer = await world.api.post(f"{world.orders}/tn-options", json={"groups": [group]})

        assert (answer.status_code, answer.json()["type"]) == (409, "/problems/too-many-conflicts")
        assert first["id"] in answer.json()["detail"]


async def test_a_bug_is_a_500_problem_that_tells_nothing(valkey, lines):
    account = rig.new_account()
    app = web.application(rig.settings_for(valkey.url, account))
    app.state.desk = SimpleNamespace()
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://tests") as client:
        answer = await client.get(f"/v1/accounts/{account}/orders")

    assert (answer.status_code, answer.json()["type"]) == (500, "/problems/internal-error")
    assert "SimpleNamespace" not in answer.text
    assert "request.failed" in lines.getvalue()


async def test_a_bug_behind_the_callbacks_address_tells_no_secret_of_it(valkey, lines):
    account = rig.new_account()
    app = web.application(rig.settings_for(valkey.url, account))
    app.state.desk = SimpleNamespace()
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://tests") as client:
        answer = await client.post(f"/callbacks/bandwidth/{account}/{rig.SEGMENT}")

    assert answer.status_code == 500
    assert f"/callbacks/bandwidth/{account}" in lines.getvalue()
    assert rig.SEGMENT not in lines.getvalue()


async def test_an_accepted_order_is_one_line_and_its_replay_another(world, lines):
    order = await world.submit(headers={"Idempotency-Key": "once"})
    await world.submit(headers={"Idempotency-Key": "once"})

    told = [json.loads(line) for line in lines.getvalue().splitlines() if "order.accepted" in line]
    assert [(line["order"], line["state"], line["numbers"], line["replayed"]) for line in told] == [
        (order["id"], "accepted", 1, False),
        (order["id"], "accepted", 1, True),
    ]


async def test_nothing_secret_stands_in_a_log_line_and_nothing_given_breaks_one(world, lines):
    path = f"/callbacks/bandwidth/{world.account}/{rig.SEGMENT}"
    evil = 'x\r\n{"event": "forged"}\u2028\x1b[31m"'
    group = {"telephone_numbers": ["2015551234"], "port_out_passcode": PASSCODE}
    order = await world.submit([group], metadata={"evil": 'x\r\n{"event": "forged"}"'})
    await world.api.post(f"{world.orders}/tn-options", json={"groups": [group | {"sms": evil}], evil: evil})
    await world.api.post(f"{world.orders}/tn-options", content=b'{"port_out_passcode": "' + PASSCODE.encode())
    await world.api.get(world.orders, headers={"Authorization": f"Bearer {rig.TOKEN}x"})
    await world.api.get(f"/v1/accounts/%0d%0aforged/orders?cursor={rig.TOKEN}")
    await world.ended(order["id"])
    for body in (
        "nonsense\r\n{forged}",
        f"<Notification><OrderId>{evil[:20]}</OrderId></Notification>",
        "<Notification><OrderId>a&#13;&#10;forged</OrderId><Status>\u2028b&#10;c</Status></Notification>",
        "<no\r\nforged>2015551234",
    ):
        await world.callback(body)
    await world.callback("<Notification/>", auth=("bandwidth", rig.CALLBACK[1] + "x"))
    await world.api.post(path, content="x" * 10, headers={"Authorization": "Basic \r\n x".replace("\r\n", "")})

    text = lines.getvalue()
    events = [json.loads(line)["event"] for line in text.splitlines() if line]
    assert {"order.accepted", "order.reported", "callback.heard", "callback.refused"} <= set(events)
    assert all("." in event for event in events), events
    secrets = [rig.TOKEN, rig.CALLBACK[1], rig.SEGMENT, PASSCODE, "ab" * 32, "2015551234"]
    assert not [each for each in secrets if each in text]


async def test_a_repr_shows_no_secret(world):
    shown = [world.settings, world.desk, world.desk.clients, world.desk.requests, world.desk.requests._sealer]
    group = {"telephone_numbers": ["2015551234"], "port_out_passcode": PASSCODE}
    shown.append(await world.desk.clients.authenticate([f"Bearer {rig.TOKEN}"]))
    order = await world.submit([group])
    shown.append(await world.desk.book.get(world.account, order["id"]))
    shown.append(await world.desk.book.claim(world.account, [order["id"]], "submit"))

    secrets = [rig.TOKEN, rig.CALLBACK[1], rig.SEGMENT, "ab" * 32, "sandbox-client-secret", PASSCODE]
    for each in shown:
        assert not [secret for secret in secrets if secret in f"{each!r} {each}"], type(each)
