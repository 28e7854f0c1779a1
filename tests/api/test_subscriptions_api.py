"""The account's subscriptions at the door: seen as Bandwidth shows them, and put right on demand."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
import rig
from subscriptions_at_bandwidth import changed, deleted, made

from service.api.subscription_json import health_json
from service.bandwidth.subscription_document import EXPIRY_SECONDS, Subscription
from service.doorway.callback_secrets import masked_url
from service.subscription_health import Examined, Health


def door(world):
    return f"/v1/accounts/{world.account}/subscriptions"


async def seen(world):
    answer = await world.api.get(door(world))
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_nothing_is_there_until_it_is_put_right(world):
    before = await seen(world)
    assert before["subscriptions"] == []
    assert "tnoptions" in before["missing"]

    answer = await world.api.put(door(world))

    assert (answer.status_code, answer.json()["missing"]) == (200, [])
    ours = {each["order_type"]: each for each in answer.json()["subscriptions"]}["tnoptions"]
    assert ours.pop("id")
    assert EXPIRY_SECONDS - 60 < ours.pop("expires_in") <= EXPIRY_SECONDS
    assert datetime.fromisoformat(ours.pop("expires_at")) > datetime(2030, 1, 1, tzinfo=UTC)
    assert ours == {
        "kinds": ["tn-options"],
        "order_type": "tnoptions",
        "url": f"http://localhost:8080/callbacks/bandwidth/{world.account}/********",
        "username": "bandwidth",
        "last_callback": "READY",
        "ours": True,
        "problems": [],
    }
    assert rig.SEGMENT not in answer.text


async def test_what_is_wrong_is_shown_and_then_put_right(world):
    await world.api.put(door(world))
    ours = next(each for each in (await seen(world))["subscriptions"] if each["order_type"] == "tnoptions")
    await changed(world, ours["id"], world.settings.callback_url(world.account), expiry=100)

    shown = next(each for each in (await seen(world))["subscriptions"] if each["id"] == ours["id"])
    assert (shown["username"], shown["problems"]) == (None, ["expiring", "wrong_username"])
    healed = (await world.api.put(door(world), json={})).json()["subscriptions"]
    assert next(each["problems"] for each in healed if each["id"] == ours["id"]) == []


async def test_somebody_elses_are_shown_without_their_secrets_and_not_judged(world):
    theirs = await made(world, "https://user:pw@elsewhere.example/hooks/their-secret?key=1", order_type="portins")
    (shown,) = (await seen(world))["subscriptions"]
    assert (shown["id"], shown["ours"], shown["problems"], shown["kinds"]) == (theirs, False, [], [])
    assert shown["url"] == "https://elsewhere.example/hooks/********"


async def test_a_deleted_one_is_missing(world):
    made = (await world.api.put(door(world))).json()["subscriptions"]
    await deleted(world, next(each["id"] for each in made if each["order_type"] == "tnoptions"))
    assert (await seen(world))["missing"] == ["tnoptions"]


@pytest.mark.parametrize("body", [b"nonsense", b"[]", b'{"url": "https://here.example"}', b"null", b'{"a":1,"a":2}'])
async def test_a_body_is_refused_before_bandwidth_is_asked(world, body):
    answer = await world.api.put(door(world), content=body)
    assert (answer.status_code, answer.json()["type"]) == (400, "/problems/malformed-request")
    assert (await seen(world))["subscriptions"] == []


async def test_the_account_must_be_the_callers(world):
    for method in ("GET", "PUT"):
        stranger = await world.api.request(method, door(world), headers={"Authorization": "Bearer nonsense"})
        other = await world.api.request(method, "/v1/accounts/1/subscriptions")
        assert (stranger.status_code, other.status_code) == (401, 404)
    assert (await world.api.delete(door(world))).status_code == 405


@pytest.mark.parametrize("method", ["GET", "PUT"])
async def test_a_bandwidth_that_refuses_us_is_502_and_one_that_is_away_503(valkey, method):
    async with rig.world(valkey.url, bandwidth_client_secret="wrong") as world:
        answer = await world.api.request(method, door(world))
        assert (answer.status_code, answer.json()["type"]) == (502, "/problems/bandwidth-refused")
    async with rig.world(valkey.url, bandwidth_url=f"http://127.0.0.1:{rig.free_port()}") as world:
        answer = await world.api.request(method, door(world))
        assert (answer.status_code, answer.json()["type"]) == (503, "/problems/bandwidth-unavailable")
        assert answer.headers["retry-after"] == "1"


async def test_an_address_that_bandwidth_refuses_is_502_in_its_words_without_the_secret(valkey):
    async with rig.world(valkey.url, callback_base_url="http://127.0.0.1:81") as world:
        answer = await world.api.put(door(world))
    assert answer.status_code == 502
    assert "14506, Callback URL is invalid" in answer.json()["detail"]
    assert rig.SEGMENT not in answer.text


async def test_a_store_that_is_away_is_503():
    with rig.valkey() as server:
        async with rig.world(server.url) as world:
            server.kill()
            assert (await world.api.get(door(world))).json()["type"] == "/problems/store-unavailable"
            server.start_again()


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://a.example/x/secret/", "https://a.example/x/********"),
        ("https://a.example/secret#f", "https://a.example/********"),
        ("https://a.example", "https://a.example"),
        ("https://a.example:8443/", "https://a.example:8443"),
        ("https://[broken/secret", "********"),
        ('"https://company.com/iriscallback"', "********"),
    ],
)
def test_the_last_part_of_an_address_is_never_shown(url, shown):
    assert masked_url(url) == shown


def test_the_secret_is_taken_out_of_what_bandwidth_says_of_the_last_callback():
    url = f"https://a.example/callbacks/{rig.SEGMENT}"
    found = Subscription("1", "tnoptions", url, status=f"404 no page {url}")
    (shown,) = health_json(Health(0, (Examined(found, (), True),), ()))["subscriptions"]
    assert shown["last_callback"] == "404 no page https://a.example/callbacks/********"
    assert (shown["expires_in"], shown["expires_at"]) == (None, None)
