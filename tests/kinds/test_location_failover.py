from __future__ import annotations

import pytest
from door import sentences, wrongs
from kind_cases import body_of

from service import xml
from service.kinds import shelf
from service.kinds.location_failover import peer_xml
from service.order_request.reading import read_order

KIND = shelf()["location-failover"]


def request(uri="sip:joe@example.com"):
    return read_order(KIND.model, {"site_id": 2, "sip_peer_id": 3, "final_destination_uri": uri})


@pytest.mark.parametrize(
    "uri",
    [
        "",
        "sip:joe",
        "sip:@host",
        "sip:a b@host",
        "sip:joe@-host",
        "tel:+13332221111",
        "12@PSTN",
        "sip:a@b:99999",
        True,
        5,
    ],
)
def test_the_door_refuses_what_is_no_destination_of_a_location(uri):
    assert wrongs("location-failover", body_of("location-failover", "/final_destination_uri", uri)) == [
        ("/final_destination_uri", "13510")
    ]


@pytest.mark.parametrize("uri", ["3332221111", "+13332221111", "joe@1.2.3.4:5060"])
def test_who_writes_a_numbers_destination_is_told_how_a_locations_is_written(uri):
    (said,) = sentences("location-failover", body_of("location-failover", "/final_destination_uri", uri))

    assert said.startswith("This is how a single number's destination is written.")


def test_a_destination_has_an_end():
    uri = f"sip:{'a' * 250}@example.com"

    assert sentences("location-failover", body_of("location-failover", "/final_destination_uri", uri)) == [
        "Give at most 255 characters."
    ]


@pytest.mark.parametrize("field", ["site_id", "sip_peer_id", "final_destination_uri"])
def test_every_field_is_required(field):
    body = body_of("location-failover")
    del body[field]

    assert wrongs("location-failover", body) == [(f"/{field}", None)]


@pytest.mark.parametrize(
    ("given", "sent"),
    [
        ("sip:+12345678901@1.2.3.4:5060", "sip:+12345678901@1.2.3.4:5060"),
        ("(333) 222-1111@pstn", "+13332221111@PSTN"),
        ("FALSE", "false"),
        (False, "false"),
    ],
)
def test_a_destination_is_kept_as_bandwidth_writes_it(given, sent):
    assert request(given).final_destination_uri == sent


def test_two_spellings_of_an_id_are_one_location():
    body = {"site_id": "02", "sip_peer_id": "3", "final_destination_uri": False}

    assert KIND.subjects(read_order(KIND.model, body)) == KIND.subjects(request())


def test_a_location_stands_in_line_for_itself_and_names_no_number():
    assert KIND.subjects(request()) == ("2/3",)
    assert list(request().numbers()) == []


def test_the_whole_peer_is_written_back_but_for_what_is_read_only():
    now = xml.parse(
        b"<SipPeer><PeerId>3</PeerId><PeerName>n</PeerName><FinalDestinationUri>sip:a@b</FinalDestinationUri>"
        b"<OriginationRoutePlan><Id>1</Id><Route><Endpoint>6105552502</Endpoint></Route></OriginationRoutePlan>"
        b"<VoiceHosts/><Novel><Part>1</Part></Novel><TnCount>7</TnCount><SuggestedAddresses/></SipPeer>"
    )

    put = peer_xml.merge(now, request())

    assert [each.tag for each in put] == [
        *("PeerName", "OriginationRoutePlan", "VoiceHosts", "Novel", "FinalDestinationUri")
    ]
    assert xml.text(put, "OriginationRoutePlan", "Action") == "unchanged"
    assert xml.text(put, "OriginationRoutePlan", "Id") == "1"
    assert xml.text(put, "FinalDestinationUri") == "sip:joe@example.com"
    assert xml.child(now, "OriginationRoutePlan", "Action") is None
    assert peer_xml.lost(put, now) == ()


def test_an_empty_route_plan_stays_empty_and_false_leaves_the_element_out():
    now = xml.parse(b"<SipPeer><OriginationRoutePlan/><FinalDestinationUri>sip:a@b</FinalDestinationUri></SipPeer>")

    put = peer_xml.merge(now, request(False))

    assert [each.tag for each in put] == ["OriginationRoutePlan"]
    assert len(put[0]) == 0


def test_a_setting_that_is_gone_or_different_is_named():
    sent = xml.parse(b"<SipPeer><PeerName>n</PeerName><A><B>1</B></A><C>Service</C><D/></SipPeer>")
    now = xml.parse(b"<SipPeer><PeerName>m</PeerName><C>SERVICE</C></SipPeer>")

    assert peer_xml.lost(sent, now) == ("PeerName", "A")


def test_parts_in_another_sequence_are_not_lost():
    hosts = "<VoiceHosts><Host><HostName>{}</HostName></Host><Host><HostName>{}</HostName></Host></VoiceHosts>"
    sent, now = (xml.parse(f"<SipPeer>{hosts.format(*each)}</SipPeer>".encode()) for each in (("a", "b"), ("b", "a")))

    assert peer_xml.lost(sent, now) == ()


@pytest.mark.parametrize(
    ("peer_id", "is_ours"), [("<PeerId>3</PeerId>", True), ("<PeerId>4</PeerId>", False), ("", True)]
)
def test_a_picture_of_another_location_is_told_apart(peer_id, is_ours):
    assert peer_xml.is_about(xml.parse(f"<SipPeer>{peer_id}</SipPeer>".encode()), request()) is is_ours
