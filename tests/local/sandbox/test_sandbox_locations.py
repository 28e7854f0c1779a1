from __future__ import annotations

import pytest
from feature_orders import parsed
from lxml import etree
from peer_requests import FULL, PEERS, PLAIN, got, refusal, shape, told
from published import payload
from sandbox_harness import ACCOUNT, running

ROOT = "SipPeerResponse"
#: What every location shows, set or not.
NULLS = {
    "IsDefaultPeer": "<IsDefaultPeer>false</IsDefaultPeer>",
    "VoiceHosts": "<VoiceHosts/>",
    "VoiceHostGroups": "<VoiceHostGroups/>",
    "TerminationHosts": "<TerminationHosts/>",
    "OriginationRoutePlan": "<OriginationRoutePlan/>",
    "CallingName": "<CallingName><Display>false</Display><Enforced>false</Enforced></CallingName>",
}
SETTINGS = [
    "Description",
    "IsDefaultPeer",
    "FinalDestinationUri",
    "BillingIdentifier",
    "VoiceHosts",
    "TerminationHosts",
    "OriginationRoutePlan",
    "Address",
    "CallingName",
    "Products",
    "PremiseTrunks",
    "SsSendToCustomer",
    "PindropEnabled",
    "CallVerificationEnabled",
    "RegionPreference",
]


def peer(inner="", name="<PeerName>Trunk</PeerName>"):
    return f"<SipPeer>{name}{inner}</SipPeer>"


def shown(sandbox, path=FULL):
    """Return a location's settings by name, without what is read-only."""
    document = got(sandbox, path)
    assert [part.tag for part in document] == ["SipPeer"]
    found = {part.tag: told(part) for part in document[0]}
    assert (found.pop("PeerId")[0][1], len(found) + 1) == (path.rsplit("/", 1)[1], len(document[0]))
    del found["TnCount"]
    return found


def null(name):
    return told(etree.fromstring(NULLS[name]))


def written_back(sandbox, path=FULL):
    """Return a GET as a careful caller PUTs it: without what is read-only, with its route plan unchanged."""
    settings = got(sandbox, path)[0]
    for name in ("PeerId", "TnCount"):
        settings.remove(settings.find(name))
    plan = settings.find("OriginationRoutePlan")
    if len(plan):
        plan.clear()
        etree.SubElement(plan, "Action").text = "unchanged"
    return settings


def put(sandbox, body, path=FULL):
    return sandbox.http.put(path, content=etree.tostring(body) if etree.iselement(body) else body)


def taken(sandbox, body, path=FULL):
    """PUT a location; the answer shows it as a GET does."""
    answer = put(sandbox, body, path)
    assert answer.status_code == 200, answer.text
    assert told(parsed(answer)) == told(got(sandbox, path))


def test_a_location_has_the_elements_of_the_sample_in_their_order_and_keeps_what_they_say(own_sandbox):
    published = etree.fromstring(payload("sippeers/openapi-v1-ReadSipPeer-resp200-example"))
    settings = etree.fromstring(etree.tostring(published))[0]
    settings.remove(settings.find("PeerId"))
    taken(own_sandbox, settings, PLAIN)
    document = got(own_sandbox, PLAIN)
    assert document[0].findtext("PeerId") == "500015"
    document[0].find("PeerId").text = published[0].findtext("PeerId")
    count = document[0][-1]
    assert (count.tag, count.text) == ("TnCount", "0")
    document[0].remove(count)
    assert told(document) == told(published)


def test_one_location_has_every_setting_and_the_other_none(sandbox):
    assert set(shown(sandbox)) == {"PeerName", "VoiceHostGroups", *SETTINGS}
    full = shown(sandbox)
    assert all(full[name] != null(name) for name in NULLS if name in SETTINGS)
    assert shown(sandbox, PLAIN) == {"PeerName": [("PeerName", "Branch trunk")]} | {name: null(name) for name in NULLS}


def test_the_documented_requests_are_taken(own_sandbox):
    taken(own_sandbox, payload("sippeers/openapi-v1-UpdateSipPeer-request-example"))
    kept = shown(own_sandbox)
    assert ("HostName", "2.1.1.96/30") in kept["TerminationHosts"]
    assert kept["CallingName"] == [("CallingName", ""), ("Display", "true"), ("Enforced", "true")]
    for name in ("VoiceHosts", "VoiceHostGroups"):
        request = payload(f"sippeers/openapi-v1-CreateSipPeer-request-With-{name}")
        taken(own_sandbox, request.replace(b">uri<", b">+13332221111@PSTN<"))
        assert shown(own_sandbox)[name] == told(etree.fromstring(request).find(name))


def test_the_request_of_the_guide_loses_all_that_it_does_not_say(own_sandbox):
    taken(own_sandbox, payload("sippeers/docs-setFailoverUri-0"))
    uri = "sip:+12345678901@1.2.3.4:5060"
    assert shown(own_sandbox) == {name: null(name) for name in NULLS} | {
        "PeerName": [("PeerName", "location_name")],
        "IsDefaultPeer": [("IsDefaultPeer", "true")],
        "FinalDestinationUri": [("FinalDestinationUri", uri)],
    }


@pytest.mark.parametrize("name", SETTINGS)
def test_a_put_loses_the_setting_that_it_omits_and_keeps_those_that_it_repeats(own_sandbox, name):
    before, settings = shown(own_sandbox), written_back(own_sandbox)
    settings.remove(settings.find(name))
    taken(own_sandbox, settings)
    expected = {key: value for key, value in before.items() if key != name}
    assert shown(own_sandbox) == expected | ({name: null(name)} if name in NULLS else {})


@pytest.mark.parametrize("name", SETTINGS)
def test_an_empty_setting_is_a_lost_setting(own_sandbox, name):
    settings = written_back(own_sandbox)
    settings.find(name).clear()
    taken(own_sandbox, settings)
    assert shown(own_sandbox).get(name) == (null(name) if name in NULLS else None)


def test_a_put_of_everything_changes_nothing(own_sandbox):
    before = got(own_sandbox, FULL)
    taken(own_sandbox, written_back(own_sandbox))
    taken(own_sandbox, written_back(own_sandbox))
    assert told(got(own_sandbox, FULL)) == told(before)


def test_elements_that_no_document_knows_are_kept_after_all_others(own_sandbox):
    unknown = "<Unheard><Of>this</Of><Of>that</Of></Unheard>"
    taken(own_sandbox, peer(unknown + "<Description>known</Description>"))
    document = got(own_sandbox, FULL)[0]
    assert told(document.find("Unheard")) == [("Unheard", ""), ("Of", "this"), ("Of", "that")]
    tags = [part.tag for part in document]
    assert tags.index("Unheard") > max(map(tags.index, ("Description", *NULLS)))
    taken(own_sandbox, written_back(own_sandbox))
    assert "Unheard" in shown(own_sandbox)
    taken(own_sandbox, peer())
    assert "Unheard" not in shown(own_sandbox)


def test_without_its_calling_name_a_location_neither_displays_nor_enforces(own_sandbox):
    assert shown(own_sandbox)["CallingName"] != null("CallingName")
    taken(own_sandbox, peer())
    assert shown(own_sandbox)["CallingName"] == null("CallingName")


def test_an_address_comes_back_with_its_type_in_the_case_of_the_samples(own_sandbox):
    taken(own_sandbox, peer("<Address><City>Washington</City><AddressType>SERVICE</AddressType></Address>"))
    assert ("AddressType", "Service") in shown(own_sandbox)["Address"]


def test_what_is_read_only_cannot_be_put(own_sandbox):
    before = shown(own_sandbox)
    for name in ("TnCount", "SuggestedAddresses"):
        assert refusal(put(own_sandbox, peer(f"<{name}>1</{name}>"))) == (400, ROOT, 1005)
    assert refusal(put(own_sandbox, peer("<PeerId>500015</PeerId>"))) == (400, ROOT, 13563)
    assert refusal(put(own_sandbox, peer("<PeerId/>"))) == (400, ROOT, 13563)
    assert shown(own_sandbox) == before
    taken(own_sandbox, peer("<PeerId>500014</PeerId>"))
    assert [part.tag for part in got(own_sandbox, FULL)[0]].count("PeerId") == 1


@pytest.mark.parametrize(
    ("body", "code", "text"),
    [
        ("", 1019, "Bad request encountered."),
        ("<SipPeer>", 1019, "Bad request encountered."),
        ("<Peer/>", 1019, "Bad request encountered."),
        (peer(name=""), 13500, "Peer Name is required"),
        (peer(name="<PeerName> </PeerName>"), 13500, "Peer Name is required"),
        (peer(name=f"<PeerName>{'n' * 51}</PeerName>"), 13501, "is too long. Max length 50 characters"),
        (peer(f"<Description>{'d' * 51}</Description>"), 13503, "is too long. Max length 50 characters"),
        (
            peer(
                "<VoiceHosts><Host><HostName>198.51.100.1</HostName></Host></VoiceHosts>"
                "<VoiceHostGroups><VoiceHostGroup/></VoiceHostGroups>"
            ),
            13504,
            "VoiceHosts and VoiceHostGroups not allowed together",
        ),
        (peer("<CallingName><Enforced>true</Enforced></CallingName>"), 13581, "Display option is missing"),
        (peer("<CallingName><Display>true</Display></CallingName>"), 13582, "Enforce option is missing"),
        (
            peer("<CallingName><Display>on</Display><Enforced>true</Enforced></CallingName>"),
            13579,
            "The value of the display option is incorrect",
        ),
        (
            peer("<CallingName><Display>true</Display><Enforced>on</Enforced></CallingName>"),
            13580,
            "The value of the enforced option is incorrect",
        ),
        (
            peer("<PindropEnabled>true</PindropEnabled><CallVerificationEnabled>true</CallVerificationEnabled>"),
            13693,
            "mutually exclusive",
        ),
    ],
)
def test_settings_that_break_a_rule_are_refused_with_the_code_of_the_catalogue(sandbox, body, code, text):
    answer = put(sandbox, body)
    assert refusal(answer) == (400, ROOT, code)
    assert text in parsed(answer).findtext(".//Description")


def test_a_refusal_has_the_words_of_the_sample(sandbox):
    published = etree.fromstring(payload("errors/openapi-v1-CreateSipPeer-resp400-example"))
    answer = put(sandbox, peer("<CallingName><Display>true</Display></CallingName>"))
    assert told(parsed(answer)) == told(published)


def test_a_refused_put_changes_nothing(own_sandbox):
    before = shown(own_sandbox)
    assert put(own_sandbox, peer(name="")).status_code == 400
    assert shown(own_sandbox) == before


@pytest.mark.parametrize("path", [f"{PEERS}/1", FULL.replace("sites/2", "sites/3")])
def test_a_location_that_does_not_exist_answers_as_the_sample(sandbox, path):
    published = etree.fromstring(payload("errors/openapi-v1-ReadSipPeer-resp400-example"))
    for answer in (sandbox.http.get(path), put(sandbox, peer(), path)):
        assert refusal(answer) == (400, ROOT, 13563)
        assert shape(parsed(answer)) == shape(published)
        assert f"account '{ACCOUNT}' and site '{path.split('/')[6]}' does not exist" in answer.text


def test_a_site_lists_its_locations_in_the_shape_that_sdks_read(sandbox):
    document = got(sandbox, PEERS)
    assert (document.tag, [part.tag for part in document]) == ("TNSipPeersResponse", ["SipPeers"])
    assert [peer.findtext("PeerId") for peer in document[0].findall("SipPeer")] == ["500014", "500015"]
    assert told(document[0][0]) == told(got(sandbox, FULL)[0])
    unknown = sandbox.http.get(PEERS.replace("sites/2", "sites/3"))
    assert refusal(unknown) == (404, "TNSipPeersResponse", 12016)


def test_strangers_and_strange_accounts_are_turned_away(sandbox):
    for path in (PEERS, FULL):
        stranger = sandbox.http.get(path, headers={"Authorization": ""})
        assert (stranger.status_code, stranger.content) == (401, b"")
        assert refusal(sandbox.http.get(path.replace(ACCOUNT, "1")))[::2] == (403, 1001)
    assert sandbox.http.put(FULL, content=peer(), headers={"Authorization": ""}).status_code == 401
    assert refusal(put(sandbox, peer(), FULL.replace(ACCOUNT, "1"))) == (403, ROOT, 1001)


def test_every_account_has_locations_of_its_own():
    with running(accounts=frozenset({ACCOUNT, "9900001"})) as sandbox:
        there = FULL.replace(ACCOUNT, "9900001")
        before = shown(sandbox)
        assert shown(sandbox, there) == before
        taken(sandbox, peer(), there)
        assert shown(sandbox) == before != shown(sandbox, there)
