from __future__ import annotations

from xml.etree import ElementTree as ET

import pytest
from peer_requests import FULL, PLAIN, details, got, timed, told
from sandbox_harness import ACCOUNT, SUBSCRIPTIONS, running, subscription, until

LOCATIONS = f"/_sandbox/locations/{ACCOUNT}/2"
DOOR = f"{LOCATIONS}/500014"
NOBODY = "ddbdc72e-dc27-490c-904e-d0c11291b095"
URL = "https://example.com/callbacks"


@pytest.fixture
def in_time():
    with timed() as sandbox:
        yield sandbox


def settings(sandbox, path=FULL):
    return {part.tag: told(part) for part in got(sandbox, path)[0]}


def expire(sandbox, subscription_id, seconds):
    return sandbox.http.put(f"/_sandbox/subscriptions/{subscription_id}", json={"expiry": seconds})


def shown(sandbox, subscription_id):
    return got(sandbox, f"{SUBSCRIPTIONS}/{subscription_id}").find("Subscriptions/Subscription")


def test_somebody_changes_texts_of_a_location_and_nothing_else(own_sandbox):
    before = settings(own_sandbox)
    del own_sandbox.http.headers["Authorization"]
    answer = own_sandbox.http.put(DOOR, json={"Description": "new", "PeerName": "Renamed"})
    assert (answer.status_code, answer.json()) == (200, {"Description": "new", "PeerName": "Renamed"})
    own_sandbox.http.auth = ("sandbox-user", "sandbox-password")
    assert settings(own_sandbox) == before | {
        "Description": [("Description", "new")],
        "PeerName": [("PeerName", "Renamed")],
    }
    assert details(own_sandbox, "2018551020").findtext("SipPeer/PeerName") == "Renamed"


def test_somebody_sets_what_was_not_there_and_what_no_document_knows(own_sandbox):
    before = settings(own_sandbox, PLAIN)
    texts = {"FinalDestinationUri": "sip:a@203.0.113.7", "Unheard": "of & <this>"}
    assert own_sandbox.http.put(f"{LOCATIONS}/500015", json=texts).status_code == 200
    assert settings(own_sandbox, PLAIN) == before | {name: [(name, text)] for name, text in texts.items()}


def test_a_text_can_be_emptied(own_sandbox):
    assert own_sandbox.http.put(DOOR, json={"Description": ""}).status_code == 200
    assert settings(own_sandbox)["Description"] == [("Description", "")]


def test_a_later_put_loses_what_somebody_did_unless_it_repeats_it(own_sandbox):
    own_sandbox.http.put(DOOR, json={"Description": "new", "Unheard": "of"})
    body = "<SipPeer><PeerName>Trunk</PeerName><Unheard>of</Unheard></SipPeer>"
    assert own_sandbox.http.put(FULL, content=body).status_code == 200
    assert "Description" not in settings(own_sandbox)
    assert settings(own_sandbox)["Unheard"] == [("Unheard", "of")]


def test_the_ledger_knows_nothing_of_somebody_and_no_fault_acts(own_sandbox):
    own_sandbox.faults(reset_before_accept=1, error_500=1, accept_then_reset=1)
    assert own_sandbox.http.put(DOOR, json={"Description": "new"}).status_code == 200
    assert own_sandbox.ledger() == []


@pytest.mark.parametrize(
    "texts",
    [
        {"Description": 1},
        {"Description": None},
        {"Description": ["new"]},
        {"PeerId": "1"},
        {"TnCount": "1"},
        {"SuggestedAddresses": "none"},
        {"CallingName": "off"},
        {"Address": "nowhere"},
        {"two words": "new"},
        {"": "new"},
        {"PeerName": "Renamed", "../PeerId": "1"},
        [],
        "Description",
        None,
    ],
)
def test_what_is_no_text_of_an_element_is_refused_and_nothing_changes(sandbox, texts):
    before = settings(sandbox)
    answer = sandbox.http.put(DOOR, json=texts)
    assert (answer.status_code, set(answer.json())) == (400, {"error"})
    assert settings(sandbox) == before


def test_what_is_no_json_is_refused(sandbox):
    assert sandbox.http.put(DOOR, content="{").status_code == 400
    assert sandbox.http.put(DOOR, content=b"\xff").status_code == 400


@pytest.mark.parametrize("place", [f"{ACCOUNT}/2/1", f"{ACCOUNT}/3/500014", "1/2/500014"])
def test_a_location_that_does_not_exist_cannot_be_changed(sandbox, place):
    assert sandbox.http.put(f"/_sandbox/locations/{place}", json={"Description": "new"}).status_code == 404


def test_somebody_changes_the_locations_of_one_account():
    with running(accounts=frozenset({ACCOUNT, "9900001"})) as sandbox:
        there = FULL.replace(ACCOUNT, "9900001")
        before = settings(sandbox, there)
        sandbox.http.put(DOOR, json={"Description": "new"})
        assert settings(sandbox, there) == before != settings(sandbox)


def test_a_subscription_ends_when_somebody_says_so_and_is_as_it_was_until_then(in_time):
    subscription_id = in_time.subscribe(URL, credentials=("user", "secret"), number_format="E164")
    before = told(shown(in_time, subscription_id))
    del in_time.http.headers["Authorization"]
    answer = expire(in_time, subscription_id, 30)
    assert (answer.status_code, answer.json()) == (200, {"expiry": 30})
    in_time.http.auth = ("sandbox-user", "sandbox-password")
    in_time.clock.wait(29)
    assert told(shown(in_time, subscription_id)) == [(tag, "1" if tag == "Expiry" else text) for tag, text in before]
    in_time.clock.wait(1)
    assert in_time.http.get(f"{SUBSCRIPTIONS}/{subscription_id}").status_code == 404
    assert expire(in_time, subscription_id, 30).status_code == 404


def test_the_end_can_be_put_off(in_time):
    subscription_id = in_time.subscribe(URL, expiry=30)
    assert expire(in_time, subscription_id, 9_999_999_999).status_code == 200
    in_time.clock.wait(31)
    assert shown(in_time, subscription_id).findtext("CallbackSubscription/Expiry") == "9999999968"


def test_the_owners_put_gives_the_subscription_its_time_again(in_time):
    subscription_id = in_time.subscribe(URL)
    expire(in_time, subscription_id, 30)
    in_time.http.put(f"{SUBSCRIPTIONS}/{subscription_id}", content=subscription(URL, expiry=600))
    in_time.clock.wait(31)
    assert shown(in_time, subscription_id).findtext("CallbackSubscription/Expiry") == "569"


def test_a_subscription_that_somebody_ended_is_told_nothing_and_is_no_duplicate(own_sandbox, receiver):
    ended = own_sandbox.subscribe(receiver.url)
    assert expire(own_sandbox, ended, 0).status_code == 200
    own_sandbox.ended(own_sandbox.accepted("2018551020"))
    again = own_sandbox.subscribe(receiver.url)
    own_sandbox.accepted("2018551020")
    until(lambda: receiver.statuses() == ["RECEIVED", "PROCESSING", "COMPLETE"])
    told_to = {ET.fromstring(request.body).findtext("SubscriptionId") for request in receiver.with_body()}
    assert told_to == {again}


@pytest.mark.parametrize(
    "document",
    [{}, [], {"expiry": -1}, {"expiry": 1.5}, {"expiry": True}, {"expiry": "30"}, {"expiry": None}, {"expiry": 10**10}],
)
def test_what_is_no_count_of_seconds_is_refused(in_time, document):
    subscription_id = in_time.subscribe(URL)
    answer = in_time.http.put(f"/_sandbox/subscriptions/{subscription_id}", json=document)
    assert (answer.status_code, set(answer.json())) == (400, {"error"})
    assert shown(in_time, subscription_id).findtext("CallbackSubscription/Expiry") == "86400"


def test_a_subscription_that_does_not_exist_cannot_end(sandbox):
    assert expire(sandbox, NOBODY, 30).status_code == 404
