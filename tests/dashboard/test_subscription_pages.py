"""The subscriptions as people see them: what the last watch found, how they stand now, and putting them right."""

from __future__ import annotations

import socket

import pytest
import rig
from subscriptions_at_bandwidth import changed, deleted

from service.dashboard import subscriptions
from service.store import keys
from service.store.subscribed import Memory, Whole
from service.subscription_health import Problem

ROOM = "/dashboard/accounts/{}/subscriptions"


def room(world, part=""):
    return ROOM.format(world.account) + part


def test_every_problem_has_words():
    assert {*Problem.__args__, "refused"} == set(subscriptions.WORDS)


async def test_what_is_remembered_is_shown_without_asking_bandwidth(world, visit):
    visitor, before = await visit(world), await world.requests()
    page = (await visitor.get(room(world))).text
    assert "not looked at yet" in page
    assert "no clock runs" in page
    await Memory(world.desk.store).tell(world.account, [Whole("tnoptions", ("tn-options",), ("failing",))])
    await world.desk.store.client.set(keys.watch(world.account), "1", px=200_000)
    await world.desk.store.client.hset(keys.pause(world.account), mapping={"until": "", "why": "unauthorized"})
    page = (await visitor.get(room(world))).text
    assert "could not deliver its last callback" in page
    assert "no clock runs" not in page
    assert "no watch looks meanwhile" in page
    assert await world.requests() == before


async def test_what_is_wrong_is_seen_and_put_right_and_the_secret_never_shown(world, visit):
    visitor = await visit(world)
    page = (await visitor.get(room(world, "/now"))).text
    assert "missing" in page
    done = await visitor.post(room(world, "/now"))
    assert (done.status_code, done.headers["location"]) == (303, room(world, "/now"))
    whole = (await visitor.get(room(world, "/now"))).text
    assert "All of ours are whole" in whole
    assert "Put them right" not in whole
    assert rig.SEGMENT not in whole
    assert f"/callbacks/bandwidth/{world.account}/********" in whole
    remembered = (await visitor.get(room(world))).text
    assert remembered.count('"pill good"') == len(subscriptions.needs())
    listed = (await world.api.get(f"/v1/accounts/{world.account}/subscriptions")).json()["subscriptions"]
    ids = {each["order_type"]: each["id"] for each in listed}
    await changed(world, ids["tnoptions"], world.settings.callback_url(world.account), expiry=100)
    await deleted(world, ids["lidbs"])
    wrong = (await visitor.get(room(world, "/now"))).text
    assert "ends in less than 30 days" in wrong
    assert "missing" in wrong
    deeds = (await world.api.get(f"/v1/accounts/{world.account}/audit")).json()["deeds"]
    assert [each["action"] for each in deeds] == ["healSubscriptions"]


async def test_a_reader_looks_and_puts_nothing_right(world, visit):
    reader = await visit(world, "orders:read")
    page = (await reader.get(room(world, "/now"))).text
    assert "missing" in page
    assert "Put them right" not in page
    refused = await reader.post(room(world, "/now"))
    assert (refused.status_code, "admin" in refused.text) == (403, True)
    unproved = await (await visit(world)).post(room(world, "/now"), proof="made up")
    assert unproved.status_code == 400


@pytest.mark.parametrize(
    ("changes", "status", "said"),
    [
        ({"bandwidth_client_secret": "wrong"}, 502, "refuses our credentials"),
        ({"bandwidth_url": f"http://127.0.0.1:{rig.free_port()}"}, 503, "Bandwidth"),
    ],
)
async def test_a_bandwidth_that_shows_nothing_is_told_in_words(valkey, visit, changes, status, said):
    async with rig.world(valkey.url, **changes) as world:
        visitor = await visit(world)
        for answer in (await visitor.get(room(world, "/now")), await visitor.post(room(world, "/now"))):
            assert (answer.status_code, said in answer.text) == (status, True)
            assert 'role="alert"' in answer.text


async def test_what_bandwidth_refuses_is_told_beside_how_they_stand(valkey, visit):
    async with rig.world(valkey.url, callback_base_url="http://127.0.0.1:81") as world:
        answer = await (await visit(world)).post(room(world, "/now"))
        assert (await world.api.get(f"/v1/accounts/{world.account}/audit")).json()["deeds"] == []
    assert (answer.status_code, "14506, Callback URL is invalid" in answer.text) == (502, True)
    assert "missing" in answer.text
    assert rig.SEGMENT not in answer.text


async def test_a_bandwidth_that_hangs_is_waited_for_no_longer_than_a_person_would(valkey, visit, monkeypatch):
    monkeypatch.setattr(subscriptions, "PATIENCE", 0.05)
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        async with rig.world(valkey.url, bandwidth_url=f"http://127.0.0.1:{deaf.getsockname()[1]}") as world:
            answer = await (await visit(world)).get(room(world, "/now"))
    assert (answer.status_code, "did not answer in 0.05 s" in answer.text) == (503, True)
