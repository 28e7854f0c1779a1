"""`dry_run`: everything is validated, the XML is shown, and neither the store nor Bandwidth is any different for it."""

from __future__ import annotations

import pytest
import rig

from service.kinds import shelf
from service.scopes import Scope
from service.store import keys

DRY = {"dry_run": "true"}
PASSCODE = "a1b2c3"
GROUPS = [{"telephone_numbers": ["2015552001", "2015552002"], "sms": "on", "port_out_passcode": PASSCODE}]
LISTING = {
    "telephone_numbers": ["2015550125"],
    "subscriber_type": "RESIDENTIAL",
    "listing_type": "LISTED",
    "list_address": False,
    "listing_name": {"first_name": "John", "last_name": "Smithson"},
    "address": {"city": "Carpinteria", "state_code": "CA", "zip": "93013"},
}


async def dump(world):
    """Every key of the account; the meter counts what is read at Bandwidth."""
    client = world.desk.store.client
    found = [key async for key in client.scan_iter(f"{keys.prefix(world.account)}*")]
    reads = {
        "hash": client.hgetall,
        "string": client.get,
        "set": client.smembers,
        "zset": lambda key: client.zrange(key, 0, -1, withscores=True),
        "list": lambda key: client.lrange(key, 0, -1),
        "stream": client.xrange,
    }
    return {
        key: (await reads[await client.type(key)](key), await client.pexpiretime(key))
        for key in sorted(set(found) - {keys.meter(world.account)})
    }


async def rehearse(world, body, kind="tn-options", **more):
    return await world.api.post(f"{world.orders}/{kind}", json=body, params=DRY, **more)


async def sent(world, order_id):
    """The XML that went to Bandwidth for an order, as its documents show it."""
    answer = await world.api.get(f"{world.orders}/{order_id}/documents")
    return [each["xml"] for each in answer.json()["documents"] if each["direction"] == "sent"]


@pytest.mark.parametrize("kind", sorted(shelf()))
async def test_it_shows_what_is_sent_then_and_leaves_everything_as_it_was(world, kind):
    await world.submit()
    await world.turn()
    body = {**shelf()[kind].example, "customer_order_id": "ours", "metadata": {"a": "1"}}
    before, posts = await dump(world), len(await world.ledger())

    answer = await rehearse(world, body, kind, headers={"Idempotency-Key": "one"})

    told = answer.json()
    assert (answer.status_code, told["dry_run"], told["foreseen"]) == (200, True, None)
    assert (told["order"]["id"], told["order"]["state"], told["order"]["kind"]) == (None, "accepted", kind)
    assert (await dump(world), len(await world.ledger())) == (before, posts)
    order = (await world.api.post(f"{world.orders}/{kind}", json=body, headers={"Idempotency-Key": "one"})).json()
    assert order.keys() == told["order"].keys(), "a key that a dry run has named is not used up"
    await world.until(order["id"], "received", "processing", "complete")
    (planned,) = told["requests"]
    assert [planned["body"]] == await sent(world, order["id"])
    assert planned["path"].startswith(f"/accounts/{world.account}/")
    assert planned["method"] == ("PUT" if kind in ("number-options", "location-failover") else "POST")


async def test_secrets_are_masked_and_so_are_people_for_who_may_not_see_them(world):
    told = (await rehearse(world, {"groups": GROUPS})).text
    assert PASSCODE not in told
    assert "<PortOutPasscode>********</PortOutPasscode>" in told

    listing = {"groups": [LISTING]}
    assert "Smithson" in (await rehearse(world, listing, "dlda")).text
    shown = await rehearse(world, listing, "dlda", headers=await world.client(Scope.WRITE))
    assert shown.status_code == 200
    assert "Smithson" not in shown.text
    reader = await world.client(Scope.READ)
    assert (await rehearse(world, listing, "dlda", headers=reader)).status_code == 403


async def test_a_change_by_put_is_rehearsed_as_far_as_it_would_come(world):
    order = await world.submit([LISTING], kind="dlda")

    async def change(group=LISTING):
        body = {"groups": [group | {"listing_type": "NON_LISTED"}]}
        return await world.api.put(f"{world.orders}/{order['id']}", json=body, params=DRY)

    early = (await change()).json()
    assert (early["requests"], early["foreseen"]["state"]) == ([], "accepted")
    assert "not at Bandwidth yet" in early["foreseen"]["waiting"]["why"]

    at_bandwidth = await world.until(order["id"], "received")
    before = await dump(world)
    told = (await change()).json()
    assert told["order"]["amends"] == order["id"]
    ((method, path, body),) = [(each["method"], each["path"], each["body"]) for each in told["requests"]]
    assert (method, path.rpartition("/")[2]) == ("PUT", at_bandwidth["bandwidth_order_id"])
    assert "NON_LISTED" in body
    assert await dump(world) == before
    assert (await change(LISTING | {"telephone_numbers": ["2015552003"]})).status_code == 422

    await world.submit([LISTING], kind="dlda")
    assert (await change()).status_code == 409


async def test_a_retry_is_rehearsed(world):
    group = {"subscriber_information": "Joes Garage", "use_type": "BUSINESS", "visibility": "PUBLIC"}
    order = await world.submit([group | {"telephone_numbers": ["2015550111"]}], kind="lidb")
    path = f"{world.orders}/{order['id']}/retry-failed"
    assert (await world.api.post(path, params=DRY)).status_code == 409
    await world.ended(order["id"])
    before = await dump(world)

    told = (await world.api.post(path, params=DRY)).json()

    assert (told["order"]["retries"], told["order"]["id"]) == (order["id"], None)
    assert "2015550111" in told["requests"][0]["body"]
    assert await dump(world) == before


async def test_it_sees_the_lines_as_they_are_and_refuses_what_would_be_refused(valkey):
    async with rig.world(valkey.url, max_conflicts=1) as world:
        first = await world.submit([{"telephone_numbers": ["2015552001"], "sms": "on"}])
        told = (await rehearse(world, {"groups": [GROUPS[0] | {"telephone_numbers": ["2015552001"]}]})).json()
        assert (told["order"]["state"], told["order"]["held_by"]) == ("held", first["id"])
        later = {"groups": GROUPS, "not_before": "2020-01-01T00:00:00Z"}
        assert (await rehearse(world, later)).json()["order"]["not_before"] == "2020-01-01T00:00:00.000Z"

        await world.submit([{"telephone_numbers": ["2015552002"], "sms": "on"}])
        refused = await rehearse(world, {"groups": GROUPS})
        real = await world.api.post(f"{world.orders}/tn-options", json={"groups": GROUPS})
        assert (refused.status_code, refused.json()) == (409, real.json())
        wrong = {"groups": [{"telephone_numbers": ["1"]}]}
        refused, real = await rehearse(world, wrong), await world.api.post(f"{world.orders}/tn-options", json=wrong)
        assert (refused.status_code, refused.json()) == (422, real.json())


async def test_what_bandwidth_refuses_when_it_is_read_is_foreseen(world):
    failover = {"site_id": "2", "sip_peer_id": "77", "final_destination_uri": False}
    before = await dump(world)
    told = (await rehearse(world, failover, "location-failover")).json()
    assert (told["requests"], told["foreseen"]["state"]) == ([], "rejected")
    assert [each["code"] for each in told["foreseen"]["errors"]] == ["13563"]
    assert await dump(world) == before


async def test_while_bandwidth_cannot_be_asked_it_is_503_for_kinds_that_read_first(world):
    setting = dict(shelf()["number-options"].example)

    async def away(said):
        answer = await rehearse(world, setting, "number-options")
        assert (answer.status_code, answer.json()["type"]) == (503, "/problems/bandwidth-unavailable")
        assert said in answer.json()["detail"]
        assert answer.headers["retry-after"]
        assert (await rehearse(world, {"groups": GROUPS})).status_code == 200

    await world.faults(outage=1.0)
    await away("answered 503")
    await world.faults()
    asked = await world.requests()
    await world.desk.store.client.hset(keys.pause(world.account), mapping={"why": "unauthorized: no.", "until": ""})
    await away("Nothing is asked of Bandwidth for now: unauthorized: no.")
    assert await world.requests() == asked


async def test_its_exchanges_wait_for_their_turn(valkey):
    async with rig.world(valkey.url, rate=0.1, burst=1) as world:
        setting = dict(shelf()["number-options"].example)
        answers = [await rehearse(world, setting, "number-options") for _ in range(2)]
        assert answers[-1].status_code == 503
        assert "TRACKER_RATE" in answers[-1].json()["detail"]


async def test_another_word_than_true_and_false_is_400_and_makes_no_order(world):
    for word in ("1", "yes", "TRUE", "", "true\x00"):
        answer = await world.api.post(f"{world.orders}/tn-options", json={"groups": GROUPS}, params={"dry_run": word})
        assert answer.status_code == 400, word
        assert answer.json()["errors"][0]["pointer"] == "?dry_run"
    twice = await world.api.post(f"{world.orders}/tn-options?dry_run=true&dry_run=false", json={"groups": GROUPS})
    assert twice.status_code == 400
    assert (await world.api.get(world.orders)).json()["orders"] == []
    real = await world.api.post(f"{world.orders}/tn-options", json={"groups": GROUPS}, params={"dry_run": "false"})
    assert real.status_code == 202
