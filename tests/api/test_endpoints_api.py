"""Endpoints at the door: made with a secret that is shown once, changed, rotated, pinged, looked at and removed."""

from __future__ import annotations

import asyncio
import uuid

import pytest
import rig
from event_steps import door, listening

from service.doorway import endpoint_request
from service.errors import InvalidEndpoint
from service.event import TYPES
from service.events.endpoints import Wish
from service.store.server.connecting import connect_blocking

URL = "https://hooks.example.com/bandwidth"
NOWHERE = {"id": str(uuid.UUID(int=0x7000 << 64 | 0b10 << 62))}


async def made(world, **fields):
    answer = await world.api.post(door(world), json={"url": URL, **fields})
    assert answer.status_code == 201, answer.text
    return answer.json()


async def test_an_endpoint_is_made_with_a_secret_that_is_never_shown_again(world):
    answer = await world.api.post(door(world), json={"url": URL, "description": "ours", "types": ["order.completed"]})
    endpoint = answer.json()
    assert (answer.status_code, answer.headers["location"]) == (201, door(world, endpoint))
    assert endpoint.pop("secret").startswith("whsec_")
    assert answer.headers["cache-control"] == "no-store"
    assert (await world.api.get(door(world, endpoint))).json() == endpoint
    assert (await world.api.get(door(world))).json() == {"endpoints": [endpoint]}
    assert {name: endpoint[name] for name in ("account_id", "url", "description", "types", "kinds", "enabled")} == {
        "account_id": world.account,
        "url": URL,
        "description": "ours",
        "types": ["order.completed"],
        "kinds": [],
        "enabled": True,
    }
    assert (endpoint["version"], endpoint["waiting"], endpoint["switched_off"]) == (1, 0, None)
    kept = await world.desk.store.client.hgetall(f"{{{world.account}}}:endpoint:{endpoint['id']}")
    assert "whsec_" not in str(kept)


KEY = {"Idempotency-Key": "once"}


async def test_the_same_request_again_gets_the_same_endpoint_and_its_secret(world):
    first = await world.api.post(door(world), json={"url": URL, "description": "ours"}, headers=KEY)
    again = await world.api.post(door(world), json={"description": "ours", "url": URL}, headers=KEY)
    assert (again.status_code, again.json()) == (201, first.json())
    assert (again.headers["idempotency-replayed"], again.headers["cache-control"]) == ("true", "no-store")
    assert "idempotency-replayed" not in first.headers
    assert len((await world.api.get(door(world))).json()["endpoints"]) == 1
    rotated = (await world.api.post(door(world, first.json(), "rotate"))).json()["secret"]
    assert (await world.api.post(door(world), json={"url": URL, "description": "ours"}, headers=KEY)).json()[
        "secret"
    ] == rotated
    known = await world.desk.store.client.pttl(f"{{{world.account}}}:endpoint-idempotency:default:once")
    assert 86_000_000 < known <= 86_400_000


async def test_many_at_once_with_one_key_make_one_endpoint(world):
    answers = await asyncio.gather(*(world.api.post(door(world), json={"url": URL}, headers=KEY) for _ in range(8)))
    assert {each.status_code for each in answers} == {201}
    assert len({each.text for each in answers}) == 1


async def test_a_key_is_for_one_body_and_once_the_endpoint_is_gone_for_none(world):
    endpoint = (await world.api.post(door(world), json={"url": URL}, headers=KEY)).json()
    other = await world.api.post(door(world), json={"url": URL + "/other"}, headers=KEY)
    assert (other.status_code, other.json()["type"]) == (422, "/problems/idempotency-key-reused")
    await world.api.delete(door(world, endpoint))
    gone = await world.api.post(door(world), json={"url": URL}, headers=KEY)
    assert (gone.status_code, gone.json()["type"]) == (404, "/problems/not-found")


@pytest.mark.parametrize("key", [b"", b"a b", b"x" * 256, "é".encode()])
async def test_a_key_that_is_none_is_refused(world, key):
    answer = await world.api.post(door(world), json={"url": URL}, headers={"Idempotency-Key": key})
    assert (answer.status_code, answer.json()["type"]) == (400, "/problems/malformed-request")
    assert (await world.api.get(door(world))).json() == {"endpoints": []}


async def test_what_a_change_leaves_out_stays(world):
    endpoint = await made(world, description="old", kinds=["lidb"], types=["order.updated"])
    changed = (await world.api.patch(door(world, endpoint), json={"description": "", "kinds": ["dlda"]})).json()
    assert (changed["description"], changed["kinds"], changed["types"]) == ("", ["dlda"], ["order.updated"])
    assert (changed["url"], changed["version"]) == (URL, 2)
    off = (await world.api.patch(door(world, endpoint), json={"enabled": False, "types": []})).json()
    assert (off["enabled"], off["switched_off"]["why"], off["types"]) == (False, "person", [])
    assert (await world.api.patch(door(world, endpoint), json={"enabled": True})).json()["switched_off"] is None


async def test_a_rotation_shows_the_new_secret_and_until_when_the_old_one_signs(world):
    endpoint = await made(world)
    answer = await world.api.post(door(world, endpoint, "rotate"))
    rotated = answer.json()
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
    assert rotated["secret"] not in ("", endpoint["secret"])
    assert rotated["previous_secret_until"] > rotated["updated_at"]
    assert "secret" not in (await world.api.get(door(world, endpoint))).json()


async def test_an_account_has_fifty_endpoints_at_most(world):
    for _ in range(50):
        await made(world)
    answer = await world.api.post(door(world), json={"url": URL})
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/too-many-endpoints")
    first = (await world.api.get(door(world))).json()["endpoints"][0]
    assert (await world.api.delete(door(world, first))).status_code == 204
    await made(world)


WRONG = {
    "no url": ({}, ["/url"]),
    "a url that is none": ({"url": "nonsense"}, ["/url"]),
    "a url of this machine": ({"url": "https://127.0.0.1/"}, ["/url"]),
    "a url without tls": ({"url": "http://hooks.example.com/"}, ["/url"]),
    "a url that is no string": ({"url": 5}, ["/url"]),
    "a type that is none": ({"url": URL, "types": ["order.completed", "order.lost"]}, ["/types/1"]),
    "types that are no list": ({"url": URL, "types": "order.completed"}, ["/types"]),
    "a kind that is none": ({"url": URL, "kinds": ["lidb", "fax"]}, ["/kinds/1"]),
    "too many kinds": ({"url": URL, "kinds": ["lidb"] * 51}, ["/kinds"]),
    "enabled as a word": ({"url": URL, "enabled": "yes"}, ["/enabled"]),
    "a long description": ({"url": URL, "description": "x" * 201}, ["/description"]),
    "a description of two lines": ({"url": URL, "description": "a\nb"}, ["/description"]),
    "an unknown field": ({"url": URL, "secret": "whsec_x"}, ["/secret"]),
    "all of it": ({"types": ["x"], "enabled": 1, "more": 1}, ["/url", "/types/0", "/enabled", "/more"]),
    "a list": ([], [""]),
}


@pytest.mark.parametrize("case", WRONG, ids=str)
async def test_every_wrong_field_is_told_at_once(world, case):
    body, pointers = WRONG[case]
    answer = await world.api.post(door(world), json=body)
    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/invalid-endpoint")
    assert [each["pointer"] for each in answer.json()["errors"]] == pointers
    assert all(each["detail"].endswith(".") for each in answer.json()["errors"])
    assert (await world.api.get(door(world))).json() == {"endpoints": []}


@pytest.mark.parametrize("url", ["https://10.1.2.3/", "http://hooks.example.com/"])
async def test_a_change_of_the_url_is_held_to_the_same_rules(world, url):
    endpoint = await made(world)
    answer = await world.api.patch(door(world, endpoint), json={"url": url})
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/url")
    assert (await world.api.get(door(world, endpoint))).json()["url"] == URL


async def test_this_machine_is_called_where_the_settings_allow_it(valkey):
    async with listening(valkey) as world:
        assert (await made(world, url="http://127.0.0.1:9/hooks"))["url"] == "http://127.0.0.1:9/hooks"


CALLS = [
    ("GET", ""),
    ("PATCH", ""),
    ("DELETE", ""),
    ("POST", "rotate"),
    ("POST", "ping"),
    ("POST", "replay"),
    ("GET", "deliveries"),
    ("GET", "deliveries/evt_x"),
    ("POST", "deliveries/evt_x/replay"),
]
BODIES = {("PATCH", ""): {"json": {}}, ("POST", "replay"): {"json": {"since": "2026-01-01T00:00:00Z"}}}


@pytest.mark.parametrize(("method", "part"), CALLS)
async def test_an_endpoint_that_is_not_there_is_404_and_so_is_another_account(world, method, part):
    body = BODIES.get((method, part), {})
    answer = await world.api.request(method, door(world, NOWHERE, part), **body)
    assert (answer.status_code, answer.json()["type"]) == (404, "/problems/not-found")
    endpoint = await made(world)
    path = door(world, endpoint, part)
    other = await world.api.request(method, path.replace(world.account, "1"), **body)
    stranger = await world.api.request(method, path, headers={"Authorization": "Bearer nonsense"}, **body)
    assert (other.status_code, stranger.status_code) == (404, 401)
    assert (await world.api.get(door(world, endpoint))).status_code == 200


async def test_other_methods_and_bodies_are_refused(world):
    endpoint = await made(world)
    wrong = await world.api.put(door(world, endpoint), json={"url": URL})
    assert (wrong.status_code, set(wrong.headers["allow"].split(", "))) == (405, {"GET", "HEAD", "PATCH", "DELETE"})
    assert (await world.api.delete(door(world))).status_code == 405
    for part in ("rotate", "ping", "deliveries/evt_x/replay"):
        answer = await world.api.post(door(world, endpoint, part), json={"secret": "whsec_mine"})
        assert (answer.status_code, answer.json()["type"]) == (400, "/problems/malformed-request")
    assert (await world.api.post(door(world), content=b"{")).status_code == 415
    assert (await world.api.get(door(world, endpoint, "deliveries"), params={"limit": 251})).status_code == 400
    assert (await world.api.get(door(world, endpoint, "deliveries"), params={"state": "x"})).status_code == 400


async def test_a_store_that_is_away_is_503():
    with rig.valkey() as server:
        async with rig.world(server.url) as world:
            endpoint = await made(world)
            server.kill()
            for method, part in CALLS:
                body = BODIES.get((method, part), {})
                answer = await world.api.request(method, door(world, endpoint, part), **body)
                assert answer.json()["type"] == "/problems/store-unavailable"
            server.start_again()


def test_a_wish_without_words_is_every_event():
    assert endpoint_request.read({"url": URL}, lambda _url: None) == Wish(URL)
    wish = endpoint_request.read({"url": URL, "types": list(TYPES)}, lambda _url: None)
    assert wish.types == TYPES


def test_what_the_rules_say_of_a_url_is_said_to_the_caller():
    def refuse(_url):
        raise ValueError("Give another one.")

    with pytest.raises(InvalidEndpoint) as caught:
        endpoint_request.read({"url": URL}, refuse)
    assert [each.detail for each in caught.value.errors] == ["Give another one."]


async def test_a_change_leaves_alone_what_has_changed_since_it_was_read(world, monkeypatch):
    """Such as one that was switched off by its own 410 meanwhile, or another caller's change of another field."""
    endpoint = await made(world)
    read = endpoint_request.read
    elsewhere = {"enabled": "0", "off_why": "gone", "off_at": 5, "url": URL + "/other"}

    def late(*arguments):
        with connect_blocking(world.settings.redis_url) as client:
            client.hset(f"{{{world.account}}}:endpoint:{endpoint['id']}", mapping=elsewhere)
        return read(*arguments)

    monkeypatch.setattr(endpoint_request, "read", late)
    changed = (await world.api.patch(door(world, endpoint), json={"description": "new"})).json()
    assert (changed["description"], changed["url"], changed["enabled"]) == ("new", URL + "/other", False)
    assert changed["switched_off"]["why"] == "gone"
