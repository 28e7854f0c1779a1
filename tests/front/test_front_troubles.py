"""What goes wrong around the front: hostile requests, mistakes of ours, a store that goes away while it answers."""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
from unittest import mock

import httpx
import pytest
import rig
from front_steps import ORDERS, RESOURCES, body_of, get, id_of, path_of, post
from starlette.applications import Starlette

from service import xml
from service.front.orders import dldas
from service.front.routes import routes
from service.tracing.spans import COLLECTOR


async def test_a_mistake_of_ours_is_500_in_xml_with_the_id_of_its_trace(lines):
    app = Starlette(routes=routes())
    app.state.desk = object()
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://tracker") as client:
        answer = await client.get("/api/accounts/1/tnoptions", auth=("default", "secret-of-the-tests"))
    status = xml.child(xml.parse(answer.content), "ResponseStatus")
    assert (answer.status_code, xml.text(status, "ErrorCode")) == (500, "1010")
    assert "AttributeError" not in answer.text
    assert '"event": "request.failed"' in lines.getvalue()
    assert "secret-of-the-tests" not in lines.getvalue()


@pytest.mark.parametrize("host", ["[", "a b", "evil\"'<", "\xe4", "x" * 500])
async def test_a_host_that_is_none_takes_no_order_back(idle, host):
    headers = {"Host": host.encode("latin-1")}
    answer = await idle.api.post(path_of(idle, "lidbs"), content=body_of("lidbs"), headers=headers)
    assert answer.status_code == 201
    assert (await idle.order(id_of(answer)))["state"] == "accepted"


@pytest.mark.parametrize(
    "body",
    [
        b"<LidbOrder>" * 300,
        b'<!DOCTYPE a [<!ENTITY b "c">]><LidbOrder>&b;</LidbOrder>',
        b"<LidbOrder>" + b"<x/>" * 200_000 + b"</LidbOrder>",
        b"<LidbOrder>" + b"<x>y</x>" * 100_000 + b"</LidbOrder>",
        b"<LidbOrder><LidbTnGroups>" + b"<LidbTnGroup/>" * 50_000 + b"</LidbTnGroups></LidbOrder>",
        b"\xff\xfe",
        b"<LidbOrder>\x00</LidbOrder>",
        b"<a:LidbOrder xmlns:a='b'/>" * 2,
    ],
)
async def test_hostile_documents_are_400_and_the_next_request_is_answered(idle, body):
    answer = await idle.api.post(path_of(idle, "lidbs"), content=body)
    assert answer.status_code == 400
    assert xml.parse(answer.content).tag == "LidbOrderResponse"
    assert (await get(idle, "lidbs")).status_code == 200


async def test_a_body_that_is_too_long_or_compressed_is_refused_in_xml(idle):
    long = await idle.api.post(path_of(idle, "lidbs"), content=b" " * 2_000_001)
    packed = await idle.api.post(path_of(idle, "lidbs"), content=b"x", headers={"Content-Encoding": "gzip"})
    assert (long.status_code, packed.status_code) == (413, 415)
    for answer in (long, packed):
        assert xml.text(xml.parse(answer.content), "ResponseStatus", "ErrorCode") == "1019"


@pytest.mark.parametrize("header", ["Basic", "Basic !!", "Basic Zm9v", "Basic AAAA/w==", "Bearer", "Digest a"])
async def test_credentials_that_are_none_are_401(idle, header):
    async with httpx.AsyncClient(base_url=idle.api.base_url, headers={"Authorization": header}) as stranger:
        answer = await stranger.get(path_of(idle, "lidbs"))
    assert (answer.status_code, answer.content) == (401, b"")


async def test_an_order_of_5000_numbers_is_taken_while_others_are_answered(idle):
    numbers = "".join(f"<TelephoneNumber>{2_015_600_000 + at}</TelephoneNumber>" for at in range(5_000))
    body = body_of("tnoptions").replace("<TelephoneNumber>2015551234</TelephoneNumber>", numbers)
    answer = await idle.api.post(path_of(idle, "tnoptions"), content=body)
    assert answer.status_code == 201
    assert (await idle.order(id_of(answer)))["counts"]["total"] == 5_000
    more = body.replace(numbers, f"{numbers}<TelephoneNumber>2035551234</TelephoneNumber>")
    refused = await idle.api.post(path_of(idle, "tnoptions"), content=more)
    assert xml.text(xml.parse(refused.content), "ResponseStatus", "ErrorCode") == "5095"


@pytest.mark.parametrize("numbers", [1, 400])
async def test_what_many_numbers_are_answered_is_written_beside_other_requests(idle, monkeypatch, numbers):
    """A body of two megabytes, written back, held everybody up for half a second."""
    on_a_loop = []
    written = dldas.shown.parts

    def parts(order):
        try:
            on_a_loop.append(bool(asyncio.get_running_loop()))
        except RuntimeError:
            on_a_loop.append(False)
        return written(order)

    monkeypatch.setattr(dldas.shown, "parts", parts)
    group = body_of("dldas").partition("<DldaTnGroups>")[2].partition("</DldaTnGroups>")[0]
    groups = "".join(group.replace("2015551234", str(2_015_600_000 + at)) for at in range(numbers))
    made = await post(idle, "dldas", body=body_of("dldas").replace(group, groups))
    read = await get(idle, "dldas", id_of(made))
    assert (made.status_code, read.status_code) == (201, 200)
    assert on_a_loop == [numbers == 1] * 2


async def test_the_store_goes_away_while_an_answer_is_held_and_it_is_201_with_our_id(valkey):
    async with rig.world(valkey.url, front_hold_seconds=1) as world:
        held = asyncio.create_task(post(world, "lidbs", reference="Held"))

        async def is_listening():
            return (await world.api.get(world.orders)).json()["orders"]

        (own,) = await rig.until(is_listening)
        valkey.pause()
        try:
            answer = await held
        finally:
            valkey.go_on()
    assert answer.status_code == 201
    assert id_of(answer) == own["id"]


async def test_an_answer_is_held_as_long_as_is_set_and_no_longer(valkey):
    async with rig.world(valkey.url, front_hold_seconds=0.4) as world:
        begun = time.monotonic()
        answer = await post(world, "lidbs")
        waited = time.monotonic() - begun
    assert answer.status_code == 201
    assert 0.4 <= waited < 5


@pytest.mark.parametrize("resource", RESOURCES)
async def test_an_order_placed_elsewhere_is_shown_like_ours(working, resource):
    auth = ("sandbox-user", "sandbox-password")
    path = f"/api/accounts/{working.account}/{resource}"
    placed = await working.sandbox.post(path, content=body_of(resource, reference="Theirs"), auth=auth)
    their_id = id_of(placed)
    notification = (
        f"<Notification><Status>COMPLETE</Status><OrderId>{their_id}</OrderId><OrderType>{resource}</OrderType>"
        "</Notification>"
    )
    assert (await working.callback(notification)).status_code == 200

    async def is_known():
        answer = await get(working, resource, their_id)
        return answer if answer.status_code == 200 else None

    answer = await rig.until(is_known)
    order = xml.descend(xml.parse(answer.content), ORDERS[resource])
    assert xml.text(order, "CustomerOrderId") == "Theirs"
    assert xml.child(order, "CreatedByUser") is None
    assert "2015551234" in answer.text


async def test_lines_and_spans_tell_who_called_and_no_number_or_name(world, lines):
    traceparent = f"00-{'ab' * 16}-{'cd' * 8}-01"
    headers = {"traceparent": traceparent}
    async with rig.world(world.settings.redis_url, front_hold_seconds=0) as idle:
        made = await post(idle, "lidbs", headers=headers)
        await post(idle, "lidbs", body=body_of("lidbs").replace("PUBLIC", "NOWHERE"))
        order = await idle.order(id_of(made))
    told = [json.loads(each) for each in lines.getvalue().splitlines()]
    (accepted,) = (each for each in told if each["event"] == "order.accepted")
    (refused,) = (each for each in told if each["event"] == "request.refused")
    assert order["trace_id"] == accepted["trace"] == "ab" * 16
    assert (accepted["client"], accepted["kind"], accepted["order"]) == ("default", "lidb", order["id"])
    assert (refused["client"], refused["account"], refused["codes"]) == ("default", idle.account, ["11007"])
    assert "Fern" not in lines.getvalue()
    assert "2015551234" not in lines.getvalue()


async def test_a_call_is_a_span_with_the_status_that_is_answered():
    kept = []

    class Recorder:
        @contextlib.contextmanager
        def span(self, name, role, place, said, since):
            kept.append((name, dict(said)))
            yield Told(), place

    class Told:
        def tell(self, said):
            kept[-1][1].update(said)

        def fail(self, why):
            kept[-1][1]["failed"] = why

    app = Starlette(routes=routes())
    app.state.desk = object()
    with mock.patch.object(COLLECTOR, "recorder", Recorder()):
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://tracker") as client:
            await client.get("/api/accounts/1/tnoptions/2", auth=("default", "secret-of-the-tests"))
            await client.get("/api/nothing")
    (first, broken), (second, missing) = kept
    assert first == "GET /accounts/{account_id}/tnoptions/{order_id}"
    assert (broken["http.response.status_code"], "failed" in broken) == (500, True)
    assert second == "GET /{path:path}"
    assert (missing["http.response.status_code"], "failed" in missing) == (404, False)
