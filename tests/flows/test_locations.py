"""A location's failover destination: the one element that changes, in a PUT that loses whatever it leaves out."""

from __future__ import annotations

import pytest

from service import xml

AUTH = ("sandbox-user", "sandbox-password")
FULL, PLAIN = "500014", "500015"
NEW = "sip:failover@203.0.113.9:5060"


def path(world, peer=FULL):
    return f"/api/v1/accounts/{world.account}/sites/2/sippeers/{peer}"


async def settings(world, peer=FULL):
    answer = await world.sandbox.get(path(world, peer), auth=AUTH)
    assert answer.status_code == 200, answer.text
    peer = xml.child(xml.parse(answer.content), "SipPeer")
    return {xml.name(part): [(each.tag, (each.text or "").strip()) for each in part.iter()] for part in peer}


async def ordered(world, peer=FULL, uri=NEW):
    body = {"site_id": 2, "sip_peer_id": peer, "final_destination_uri": uri}
    answer = await world.api.post(f"{world.orders}/location-failover", json=body)
    assert answer.status_code == 202, answer.text
    return answer.json()


async def test_a_location_with_every_documented_setting_keeps_all_the_others(world):
    before = await settings(world)
    assert len(before) >= 18
    assert "regionpreference" in before, "one that no document knows must be among them"

    done = await world.ended((await ordered(world))["id"])

    after = await settings(world)
    assert (done["state"], done["counts"]["total"], done["warnings"]) == ("complete", 0, [])
    assert after["finaldestinationuri"] != before["finaldestinationuri"]
    assert {**after, "finaldestinationuri": []} == {**before, "finaldestinationuri": []}


async def test_the_sandbox_does_lose_what_a_put_leaves_out(world):
    before = await settings(world)
    body = f"<SipPeer><PeerName>Main trunk</PeerName><FinalDestinationUri>{NEW}</FinalDestinationUri></SipPeer>"

    await world.sandbox.put(path(world), content=body, auth=AUTH)

    after = await settings(world)
    assert {"address", "products", "premisetrunks", "regionpreference"} & set(after) == set()
    assert after["originationrouteplan"] != before["originationrouteplan"]
    assert after["callingname"] != before["callingname"]


@pytest.mark.parametrize("uri", ["+1 (333) 222-1111@PSTN", "3332221111@pstn"])
async def test_a_telephone_number_is_sent_as_bandwidth_writes_it(world, uri):
    done = await world.ended((await ordered(world, uri=uri))["id"])

    assert (done["state"], done["final_destination_uri"]) == ("complete", "+13332221111@PSTN")
    assert (await settings(world))["finaldestinationuri"][0][1] == "+13332221111@PSTN"


async def test_false_takes_the_destination_away(world):
    done = await world.ended((await ordered(world, uri=False))["id"])

    assert (done["state"], done["final_destination_uri"]) == ("complete", "false")
    assert "finaldestinationuri" not in await settings(world)


async def test_an_account_that_has_no_such_setting_is_told_what_to_do_instead(world):
    done = await world.ended((await ordered(world, PLAIN))["id"])

    assert done["state"] == "rejected"
    told, advice = done["errors"]
    assert told["code"] == advice["code"] == "13688"
    assert "origination route plan" in advice["description"]
    assert "tn-options" in advice["description"]


async def test_a_location_that_does_not_exist_is_rejected(world):
    done = await world.ended((await ordered(world, "1"))["id"])

    assert (done["state"], done["errors"][0]["code"]) == ("rejected", "13563")
    assert await world.ledger() == []


async def test_two_orders_for_one_location_go_one_after_the_other_and_those_for_others_do_not(world):
    first, second, other = (
        await ordered(world),
        await ordered(world, uri="sip:b@203.0.113.9"),
        await ordered(world, PLAIN),
    )

    assert (second["state"], second["held_by"], other["state"]) == ("held", first["id"], "accepted")
    assert (await world.ended(second["id"]))["state"] == "complete"
    assert (await settings(world))["finaldestinationuri"][0][1] == "sip:b@203.0.113.9"


async def test_a_setting_that_somebody_else_changed_between_put_and_look_is_told(world):
    """Bandwidth has no tag for versions: another writer's PUT may come between."""
    order = await ordered(world)
    interfere = _AfterTheFirstPut(world)
    world.desk.connection._client.event_hooks["response"].append(interfere)

    done = await world.ended(order["id"])

    assert interfere.done
    assert "Description" in done["warnings"][0]["description"]
    assert "Somebody changed it meanwhile" in done["warnings"][0]["description"]


class _AfterTheFirstPut:
    def __init__(self, world):
        self.world, self.done = world, False

    async def __call__(self, response):
        if response.request.method == "PUT" and not self.done:
            self.done = True
            door = f"/_sandbox/locations/{self.world.account}/2/{FULL}"
            answer = await self.world.sandbox.put(door, json={"Description": "Somebody else's words"})
            assert answer.status_code == 200, answer.text
