"""Published PUTs of places: a number's options reach Bandwidth as they are, and of a location what is carried."""

from __future__ import annotations

import re

import published
import pytest
import rig
from place_steps import refusal, working

from service import xml

NUMBER = "2018551050"
LOCATION = "/sites/2/sippeers/500014"
#: words of a setting that has no value
CLEARED = ("false", None)


def texts(parent):
    return {} if parent is None else {xml.name(each): each.text for each in parent if len(each) == 0}


def asked(setting):
    """What a document says of a number's options, numbers as ten digits."""
    found = texts(setting) | texts(xml.child(setting, "MessagingSettings"))
    found.pop("fullnumber", None)
    attributes = xml.child(setting, "TnAttributes")
    named = {each.text for each in attributes} if attributes is not None else set()
    found = {name: (value or "").removeprefix("+1") for name, value in found.items()}
    return {name: value for name, value in found.items() if value not in CLEARED} | {"protected": "Protected" in named}


@pytest.mark.parametrize("version", ["v1", "v2"])
async def test_a_published_put_of_a_numbers_options_reaches_bandwidth_as_it_was(world, version):
    raw = published.payload(f"tns/openapi-{version}-UpdateSipPeerTnSettings-request-example").decode()
    raw = re.sub(r"<FullNumber>[^<]+", f"<FullNumber>{NUMBER}", raw)
    path = f"/api/accounts/{world.account}{LOCATION}/tns/{NUMBER}"
    async with working(world):
        answer = await world.api.put(path, content=raw)
    assert (answer.status_code, answer.content) == (200, b"")

    async def reached():
        at_bandwidth = await world.sandbox.get(path, auth=("sandbox-user", "sandbox-password"))
        return asked(xml.descend(xml.parse(at_bandwidth.content), "SipPeerTelephoneNumber"))

    # the order was taken; Bandwidth applies it a moment later
    async def is_there():
        return asked(xml.parse(raw.encode())).items() <= (await reached()).items()

    await rig.until(is_there)


@pytest.mark.parametrize("version", ["v1", "v2"])
async def test_a_published_put_of_a_whole_location_says_what_is_not_carried_and_changes_nothing(world, version):
    path = f"/api/accounts/{world.account}{LOCATION}"
    before = (await world.api.get(path)).content
    body = published.payload(f"sippeers/openapi-{version}-UpdateSipPeer-request-example")
    answer = await world.api.put(path, content=body)
    assert (answer.status_code, refusal(answer)[2]) == (400, "1005")
    assert "PeerName" in answer.text
    assert (await world.api.get(path)).content == before
