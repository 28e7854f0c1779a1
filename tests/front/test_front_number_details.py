"""Numbers' details for Bandwidth's clients: as Bandwidth tells them, to the account that has the number."""

from __future__ import annotations

import re

import published
import pytest
import rig
from place_steps import refusal, told

from service import xml
from service.front.asking import Said
from service.front.numbers import details, shown

NUMBER = "2018551060"
NAME = {
    "telephone_numbers": [NUMBER],
    "subscriber_information": "Joes Garage",
    "use_type": "BUSINESS",
    "visibility": "PUBLIC",
}
LISTING = {
    "telephone_numbers": [NUMBER],
    "subscriber_type": "RESIDENTIAL",
    "listing_type": "LISTED",
    "list_address": True,
    "listing_name": {"first_name": "Ada", "last_name": "Lovelace"},
    "address": {"house_number": "12", "street_name": "ELM", "city": "Raleigh", "state_code": "NC", "zip": "27609"},
}

#: of E911, how the number stands; whose address that is stays here
E911 = {"Status", "LastE911OrderOutcome"}

#: published beside the details, and about other things of a number
_ABOUT_ELSE = re.compile("LATA|_RC_|RateCenter")


async def at_bandwidth(world, path):
    return await world.sandbox.get(path, auth=("sandbox-user", "sandbox-password"))


async def ordered(world):
    """A number with a name, a listing and a port-out passcode."""
    await world.ended((await world.submit([NAME], kind="lidb"))["id"])
    await world.ended((await world.submit([LISTING], kind="dlda"))["id"])
    options = [{"telephone_numbers": [NUMBER], "port_out_passcode": "s3cret77", "call_forward": "6042661720"}]
    await world.ended((await world.submit(options))["id"])


def without_passcode(root):
    for each in list(root.iter("PortOutPasscode")):
        each.getparent().remove(each)
    return root


@pytest.mark.parametrize("prefix", ["/api", "/api/v1", "/v1.0"])
@pytest.mark.parametrize("path", ["", "/sites", "/sippeers", "/tndetails"])
async def test_a_number_is_told_as_bandwidth_tells_it_but_for_its_passcode(world, prefix, path):
    await ordered(world)
    theirs = await at_bandwidth(world, f"/api/tns/{NUMBER}{path}")
    ours = await world.api.get(f"{prefix}/tns/{NUMBER}{path}")
    assert (ours.status_code, ours.headers["cache-control"]) == (200, "no-store")
    assert told(xml.parse(ours.content)) == told(without_passcode(xml.parse(theirs.content)))
    assert "s3cret77" not in ours.text


async def test_names_and_addresses_are_masked_for_who_may_not_see_them(world):
    await ordered(world)
    answer = await world.api.get(f"/api/tns/{NUMBER}/tndetails", headers=await world.client("orders:read"))
    features = xml.descend(xml.parse(answer.content), "Features")
    assert xml.text(features, "Lidb", "SubscriberInformation") == xml.MASK
    assert xml.text(features, "Dlda", "ListingName", "LastName") == xml.MASK
    assert xml.text(features, "Dlda", "Address", "City") == xml.MASK
    assert xml.text(features, "Lidb", "Status") == xml.text(features, "Dlda", "Status") == "Success"
    for personal in ("Joes", "Ada", "Lovelace", "ELM", "Raleigh"):
        assert personal not in answer.text


async def test_the_details_show_features_that_were_ordered_to_who_may_see_them(world):
    await ordered(world)
    features = xml.descend(xml.parse((await world.api.get(f"/api/tns/{NUMBER}/tndetails")).content), "Features")
    assert xml.text(features, "Lidb", "SubscriberInformation") == "Joes Garage"
    assert xml.text(features, "Dlda", "ListingName", "LastName") == "Lovelace"


@pytest.mark.parametrize("path", ["", "/sites", "/sippeers", "/tndetails"])
@pytest.mark.parametrize("number", ["2015550129", "2015550130", "123", "abc"])
async def test_a_number_of_others_and_one_that_nobody_knows_are_refused_alike(world, number, path):
    answer = await world.api.get(f"/api/tns/{number}{path}")
    assert refusal(answer) == (400, "TelephoneNumberResponse", "12512")
    assert f"Telephone number '{number}' is not valid" in answer.text


async def test_other_notations_are_taken(world):
    answer = await world.api.get(f"/api/tns/+1{NUMBER}/tndetails")
    assert xml.text(xml.descend(xml.parse(answer.content), "TelephoneNumberDetails"), "FullNumber") == NUMBER


async def test_a_client_of_no_account_served_here_is_refused(world, valkey):
    async with rig.world(valkey.url) as other:
        headers = await other.client("orders:read")
    answer = await world.api.get(f"/api/tns/{NUMBER}", headers=headers)
    assert refusal(answer) == (403, "TelephoneNumberResponse", "1001")


async def test_a_stranger_is_refused(world):
    answer = await world.api.get(f"/api/tns/{NUMBER}", headers={"Authorization": "Bearer nobody"})
    assert (answer.status_code, answer.content) == (401, b"")


async def test_while_bandwidth_is_away_the_answer_is_503(world):
    await world.faults(outage=1)
    assert refusal(await world.api.get(f"/api/tns/{NUMBER}/tndetails")) == (503, "TelephoneNumberResponse", "1000")


async def test_another_refusal_by_bandwidth_is_not_told_as_an_unknown_number(world, monkeypatch):
    async def refuse(*_):
        root = b"<A><ResponseStatus><ErrorCode>1019</ErrorCode><Description>Bad</Description></ResponseStatus></A>"
        return Said(xml.parse(root), 400)

    monkeypatch.setattr(details, "ask", refuse)
    assert refusal(await world.api.get(f"/api/tns/{NUMBER}")) == (502, "TelephoneNumberResponse", "1000")


async def test_an_answer_about_another_number_is_no_answer(world, monkeypatch):
    async def answer(*_):
        root = b"<A><TelephoneNumberDetails><FullNumber>2018551099</FullNumber></TelephoneNumberDetails></A>"
        return Said(xml.parse(root), 200)

    monkeypatch.setattr(details, "ask", answer)
    assert refusal(await world.api.get(f"/api/tns/{NUMBER}")) == (503, "TelephoneNumberResponse", "1000")


@pytest.mark.parametrize("name", [each for each in published.names("tndetails") if not _ABOUT_ELSE.search(each)])
def test_of_every_published_payload_the_secret_stays_and_all_else_is_told(name):
    theirs = xml.descend(xml.parse(published.payload(f"tndetails/{name}")), "TelephoneNumberDetails")
    found = told(shown.told(theirs, personal=True))
    others_address = [each for e911 in theirs.iter("E911") for each in e911 if each.tag not in E911]
    for each in [*theirs.iter("PortOutPasscode", "HostedTelephoneNumberDetails"), *others_address]:
        each.getparent().remove(each)
    assert found == told(theirs)


def test_what_is_not_known_is_not_told():
    theirs = xml.parse(
        b"<TelephoneNumberDetails><FullNumber>2018551060</FullNumber><Secret>1</Secret>"
        b"<TnOptions><PortOutPasscode>12345</PortOutPasscode></TnOptions>"
        b"<Features><E911><Status>Success</Status><Address><City>Raleigh</City></Address></E911><Fax>1</Fax></Features>"
        b"</TelephoneNumberDetails>"
    )
    assert told(shown.told(theirs, personal=True)) == [
        ("TelephoneNumberDetails", ""),
        ("FullNumber", "2018551060"),
        ("Features", ""),
        ("E911", ""),
        ("Status", "Success"),
    ]
