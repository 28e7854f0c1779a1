"""Locations for Bandwidth's clients: shown as Bandwidth shows them; a PUT changes one element, by an order."""

from __future__ import annotations

import pytest
import rig
from place_steps import refusal, told, working

from service import xml

ELSEWHERE = "sip:elsewhere@203.0.113.50:5060"


def peer(world, peer_id="500014", prefix="/api"):
    return f"{prefix}/accounts/{world.account}/sites/2/sippeers/{peer_id}"


async def at_bandwidth(world, path):
    answer = await world.sandbox.get(path, auth=("sandbox-user", "sandbox-password"))
    assert answer.status_code == 200, answer.text
    return xml.parse(answer.content)


async def orders(world):
    return (await world.api.get(world.orders)).json()["orders"]


@pytest.fixture
async def location(world):
    """The location as a client reads it, to be changed and written back."""
    answer = await world.api.get(peer(world))
    return xml.descend(xml.parse(answer.content), "SipPeer")


async def put(world, element, peer_id="500014", **more):
    async with working(world):
        return await world.api.put(peer(world, peer_id), content=xml.write(element), **more)


@pytest.mark.parametrize("prefix", ["/api", "/api/v1", "/v1.0"])
@pytest.mark.parametrize("path", ["/500014", "/500015", ""])
async def test_locations_are_shown_as_bandwidth_shows_them(world, prefix, path):
    address = f"/accounts/{world.account}/sites/2/sippeers{path}"
    answer = await world.api.get(prefix + address)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/xml")
    assert told(xml.parse(answer.content)) == told(await at_bandwidth(world, f"/api/v1{address}"))


@pytest.mark.parametrize("path", ["/sites/2/sippeers/7", "/sites/9/sippeers"])
async def test_a_refusal_of_bandwidth_is_passed_on_with_its_code(world, path):
    address = f"/accounts/{world.account}{path}"
    theirs = await world.sandbox.get(f"/api{address}", auth=("sandbox-user", "sandbox-password"))
    ours = await world.api.get(f"/api{address}")
    assert refusal(ours) == refusal(theirs)


async def test_names_and_addresses_are_masked_for_who_may_not_see_them_and_a_mask_sent_back_says_nothing(world):
    headers = await world.client("orders:write")
    shown = xml.descend(xml.parse((await world.api.get(peer(world), headers=headers)).content), "SipPeer")
    assert xml.text(shown, "Address", "City") == xml.text(shown, "Address", "StreetName") == xml.MASK
    assert xml.text(shown, "PeerName") == "Main trunk"
    _destination(shown).text = ELSEWHERE
    answer = await put(world, shown, headers=headers)
    assert answer.status_code == 200, answer.text
    assert xml.text(xml.parse(answer.content), "SipPeer", "Address", "City") == xml.MASK
    now = await at_bandwidth(world, peer(world))
    assert xml.text(now, "SipPeer", "FinalDestinationUri") == ELSEWHERE
    assert xml.text(now, "SipPeer", "Address", "City") == "Washington"


async def test_a_location_written_back_as_it_was_read_makes_no_order(world, location):
    answer = await put(world, location)
    assert answer.status_code == 200
    assert told(xml.parse(answer.content)) == told(await at_bandwidth(world, peer(world)))
    assert await orders(world) == []


async def test_a_new_destination_becomes_an_order_and_what_the_put_leaves_out_stays(world, location):
    before = await at_bandwidth(world, peer(world))
    _destination(location).text = ELSEWHERE
    for lost in ("BillingIdentifier", "OriginationRoutePlan", "Products", "Description"):
        location.remove(xml.child(location, lost))
    for host in list(xml.child(location, "Address")):
        if not host.text:
            host.getparent().remove(host)
    answer = await put(world, location)
    assert answer.status_code == 200, answer.text
    assert xml.text(xml.parse(answer.content), "SipPeer", "FinalDestinationUri") == ELSEWHERE
    order = await world.ended(answer.headers["x-order-id"])
    assert (order["kind"], order["state"], order["warnings"]) == ("location-failover", "complete", [])
    _destination(xml.descend(before, "SipPeer")).text = ELSEWHERE
    assert sorted(told(await at_bandwidth(world, peer(world)))) == sorted(told(before))


async def test_an_empty_destination_takes_it_away(world, location):
    _destination(location).text = None
    answer = await put(world, location)
    assert answer.status_code == 200
    assert xml.text(xml.parse(answer.content), "SipPeer", "FinalDestinationUri") is None
    assert xml.text(await at_bandwidth(world, peer(world)), "SipPeer", "FinalDestinationUri") is None


async def test_a_destination_of_other_letters_is_another_one(world, location):
    _destination(location).text = "sip:Failover@203.0.113.7:5060"
    answer = await put(world, location)
    assert (answer.status_code, "x-order-id" in answer.headers) == (200, True)
    shown = await at_bandwidth(world, peer(world))
    assert xml.text(shown, "SipPeer", "FinalDestinationUri") == "sip:Failover@203.0.113.7:5060"


async def test_a_put_without_the_destination_leaves_it(world, location):
    location.remove(_destination(location))
    answer = await put(world, location)
    assert answer.status_code == 200
    assert xml.text(xml.parse(answer.content), "SipPeer", "FinalDestinationUri") == "sip:failover@203.0.113.7:5060"
    assert await orders(world) == []


def _rename(location):
    xml.child(location, "PeerName").text = "Another name"


def _less_hosts(location):
    hosts = xml.child(location, "VoiceHosts")
    hosts.remove(hosts[0])


def _no_hosts(location):
    del xml.child(location, "TerminationHosts")[:]


def _no_plan(location):
    plan = xml.child(location, "OriginationRoutePlan")
    del plan[:]
    plan.append(xml.element("Action", "off"))


def _another_route(location):
    plan = xml.child(location, "OriginationRoutePlan")
    plan.append(xml.element("Action", "asSpecified"))
    xml.child(plan, "Route", "Weight").text = "7"


def _something_new(location):
    location.append(xml.element("CallScreening", xml.element("Mode", "on")))


def _another_peer(location):
    xml.child(location, "PeerId").text = "500015"


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (_rename, "PeerName"),
        (_less_hosts, "VoiceHosts"),
        (_no_hosts, "TerminationHosts"),
        (_no_plan, "OriginationRoutePlan"),
        (_another_route, "OriginationRoutePlan"),
        (_something_new, "CallScreening"),
        (_another_peer, "PeerId"),
    ],
)
async def test_what_no_order_carries_is_refused_by_its_name_and_nothing_is_changed(world, location, change, named):
    before = told(await at_bandwidth(world, peer(world)))
    _destination(location).text = ELSEWHERE
    change(location)
    answer = await put(world, location)
    assert refusal(answer) == (400, "SipPeerResponse", "1005")
    assert f"{named} is not allowed" in answer.text
    assert await orders(world) == []
    assert told(await at_bandwidth(world, peer(world))) == before


@pytest.mark.parametrize("action", ["unchanged", "asSpecified"])
async def test_a_route_plan_that_stays_as_it_is_may_say_so(world, location, action):
    xml.child(location, "OriginationRoutePlan").append(xml.element("Action", action))
    _destination(location).text = ELSEWHERE
    answer = await put(world, location)
    assert answer.status_code == 200, answer.text


async def test_words_in_other_letters_and_empty_elements_are_no_change(world, location):
    xml.child(location, "Address", "AddressType").text = "SERVICE"
    location.append(xml.element("SmsHosts"))
    location.append(xml.element("TnCount", "7"))
    answer = await put(world, location)
    assert answer.status_code == 200, answer.text


async def test_a_destination_that_is_none_is_refused_with_bandwidths_code(world, location):
    _destination(location).text = "nowhere"
    assert refusal(await put(world, location)) == (400, "SipPeerResponse", "13510")
    assert await orders(world) == []


async def test_a_refusal_of_the_change_by_bandwidth_is_passed_on(world):
    body = xml.element("SipPeer", xml.element("FinalDestinationUri", ELSEWHERE))
    answer = await put(world, body, peer_id="500015")
    assert refusal(answer) == (400, "SipPeerResponse", "13688")
    assert (await world.order(answer.headers["x-order-id"]))["state"] == "rejected"


async def test_a_location_that_is_not_there_is_refused_as_bandwidth_does(world, location):
    assert refusal(await put(world, location, peer_id="7")) == (400, "SipPeerResponse", "13563")


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"<SipPeer>", 400),
        (b"not XML", 400),
        (b'<!DOCTYPE x [<!ENTITY e "x">]><SipPeer><PeerName>&e;</PeerName></SipPeer>', 400),
        (b"<Site><Name>x</Name></Site>", 400),
        (b"<SipPeer>" + b" " * 100_000 + b"</SipPeer>", 413),
        (b"<SipPeer>" + b"<a>" * 300 + b"</a>" * 300 + b"</SipPeer>", 400),
    ],
)
async def test_a_body_that_is_no_location_is_refused(world, body, status):
    answer = await world.api.put(peer(world), content=body)
    assert refusal(answer) == (status, "SipPeerResponse", "1019")


async def test_a_compressed_body_is_refused(world):
    headers = {"Content-Encoding": "gzip"}
    answer = await world.api.put(peer(world), content=b"<SipPeer/>", headers=headers)
    assert refusal(answer) == (415, "SipPeerResponse", "1019")


@pytest.mark.parametrize("site", ["%2e%2e", "2%2f..", "a", "2?x=1", "1" * 19])
@pytest.mark.parametrize("method", ["GET", "PUT"])
async def test_an_address_that_bandwidth_never_gives_is_not_asked_for(world, location, method, site):
    path = f"/api/accounts/{world.account}/sites/{site}/sippeers/500014"
    answer = await world.api.request(method, path, content=xml.write(location))
    assert answer.status_code in {404, 405}


async def test_without_the_scope_a_location_is_not_changed(world, location):
    answer = await world.api.put(peer(world), content=xml.write(location), headers=await world.client("orders:read"))
    assert refusal(answer) == (403, "SipPeerResponse", "1001")


@pytest.mark.parametrize("method", ["GET", "PUT"])
async def test_while_bandwidth_is_away_the_answer_is_503(world, location, method):
    await world.faults(outage=1)
    answer = await world.api.request(method, peer(world), content=xml.write(location))
    assert refusal(answer) == (503, "SipPeerResponse", "1000")
    assert answer.headers["retry-after"]


async def test_while_nobody_works_a_put_is_answered_after_its_time_and_its_order_is_kept(valkey):
    async with rig.world(valkey.url, front_hold_seconds=0.1) as world:
        body = xml.element("SipPeer", xml.element("FinalDestinationUri", ELSEWHERE))
        answer = await world.api.put(peer(world), content=xml.write(body))
        assert answer.status_code == 200
        order_id = answer.headers["x-order-id"]
        assert (await world.order(order_id))["state"] == "accepted"
        assert (await world.ended(order_id))["state"] == "complete"


async def test_the_last_word_holds_even_if_it_is_what_still_shows(valkey):
    async with rig.world(valkey.url, front_hold_seconds=0.1) as world:
        before = xml.text(await at_bandwidth(world, peer(world)), "SipPeer", "FinalDestinationUri")
        for destination in (ELSEWHERE, before):
            body = xml.element("SipPeer", xml.element("FinalDestinationUri", destination))
            answer = await world.api.put(peer(world), content=xml.write(body))
            assert answer.status_code == 200
        # an order of its own, behind the one that is still to go
        await world.ended(answer.headers["x-order-id"])
        assert len(await orders(world)) == 2
        assert xml.text(await at_bandwidth(world, peer(world)), "SipPeer", "FinalDestinationUri") == before


def _destination(location):
    return xml.child(location, "FinalDestinationUri")
