"""Options of single numbers for Bandwidth's clients: shown as Bandwidth shows them, changed by an order."""

from __future__ import annotations

import pytest
import rig
from place_steps import refusal, told, working

from service import xml

NUMBER = "2018551050"


def tn(world, number=NUMBER, prefix="/api"):
    return f"{prefix}/accounts/{world.account}/sites/2/sippeers/500014/tns/{number}"


def body(number=NUMBER, **options):
    parts = (xml.element(tag, text) for tag, text in options.items())
    return xml.write(xml.element("SipPeerTelephoneNumber", xml.element("FullNumber", number), *parts))


async def at_bandwidth(world, path):
    return await world.sandbox.get(path, auth=("sandbox-user", "sandbox-password"))


async def put(world, content, number=NUMBER, **more):
    async with working(world):
        return await world.api.put(tn(world, number), content=content, **more)


async def only_order(world):
    (order,) = (await world.api.get(world.orders)).json()["orders"]
    return await world.desk.book.get(world.account, order["id"])


@pytest.mark.parametrize("path", [f"/{NUMBER}", "", "?page=1&size=1", "?includeAttributes=false", "/2015550129"])
@pytest.mark.parametrize("prefix", ["/api", "/api/v1", "/v1.0"])
async def test_numbers_are_shown_as_bandwidth_shows_them_and_so_are_its_refusals(world, prefix, path):
    await world.ended((await world.submit([{"telephone_numbers": [NUMBER, "2018551051"], "sms": "on"}]))["id"])
    address = f"/accounts/{world.account}/sites/2/sippeers/500014/tns{path}"
    ours, theirs = await world.api.get(prefix + address), await at_bandwidth(world, "/api" + address)
    assert ours.status_code == theirs.status_code
    assert told(xml.parse(ours.content)) == told(xml.parse(theirs.content))


async def test_a_put_becomes_an_order_and_its_answer_has_no_body(world):
    content = body(NumberFormat="e164", CallForward="6042661720", CallingNameDisplay="true", RewriteUser="desk")
    answer = await put(world, content)
    assert (answer.status_code, answer.content) == (200, b"")
    order = await world.ended(answer.headers["x-order-id"])
    assert (order["kind"], order["state"]) == ("number-options", "complete")
    shown = xml.parse((await world.api.get(tn(world))).content)
    assert xml.text(shown, "SipPeerTelephoneNumber", "CallForward") == "6042661720"
    assert xml.text(shown, "SipPeerTelephoneNumber", "RewriteUser") == "desk"


@pytest.mark.parametrize("address", [tn, lambda world: tn(world).partition("/tns")[0]])
async def test_a_body_of_an_orders_size_is_refused_as_too_long(world, address):
    """It would be read in the thread of all requests: one of two megabytes held them up for seconds."""
    answer = await world.api.put(address(world), content=f"<SipPeer>{'<a/>' * 12_500}</SipPeer>")
    assert (answer.status_code, refusal(answer)[2]) == (413, "1019")


async def test_false_and_what_an_order_has_cleared_take_an_option_away(world):
    answer = await put(world, body(NumberFormat="false", CallForward="systemDefault", RPIDFormat="FALSE"))
    assert answer.status_code == 200, answer.text
    request = (await only_order(world)).request
    assert (request["number_format"], request["call_forward"], request["rpid_format"]) == ("false", "false", "false")


async def test_the_spelling_of_the_sdks_is_taken(world):
    await put(world, body(RpidFormat="e164"))
    assert (await only_order(world)).request["rpid_format"] == "e164"


@pytest.mark.parametrize(("named", "protected"), [(["Protected", "External"], "true"), (["External"], "false")])
async def test_attributes_say_whether_a_number_is_protected(world, named, protected):
    attributes = xml.element("TnAttributes", *(xml.element("TnAttribute", each) for each in named))
    root = xml.element("SipPeerTelephoneNumber", xml.element("FullNumber", NUMBER), attributes)
    await put(world, xml.write(root))
    assert (await only_order(world)).request["protected"] == protected


async def test_a_warning_of_bandwidths_is_told(world):
    sms = xml.element("MessagingSettings", xml.element("SmsEnabled", "true"))
    root = xml.element("SipPeerTelephoneNumber", xml.element("FullNumber", NUMBER), sms)
    first = await put(world, xml.write(root))
    assert (first.status_code, first.content) == (200, b"")
    await world.ended(first.headers["x-order-id"])
    second = xml.parse((await put(world, xml.write(root))).content)
    warning = xml.child(second, "SipPeerTelephoneNumber", "Warnings", "Warning")
    assert xml.text(warning, "TelephoneNumber") == NUMBER
    assert "already Enabled" in xml.text(warning, "Description")


@pytest.mark.parametrize("options", [{}, {"CallForward": ""}])
async def test_a_put_that_says_nothing_makes_no_order(world, options):
    answer = await put(world, body(**options))
    assert (answer.status_code, answer.content) == (200, b"")
    assert (await world.api.get(world.orders)).json()["orders"] == []


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"NumberFormat": "12digit"}, "13514"),
        ({"RPIDFormat": "12digit"}, "13516"),
        ({"CallForward": "123"}, "13513"),
        ({"CallForward": NUMBER}, "13606"),
        ({"RewriteUser": "x" * 26}, "13515"),
        ({"FinalDestinationUri": "sip:a@b"}, "1005"),
        ({"NumberFormat": "e164", "CampaignId": "C"}, "1005"),
    ],
)
async def test_a_wrong_option_is_refused_with_bandwidths_code(world, options, code):
    assert refusal(await put(world, body(**options))) == (400, "SipPeerTelephoneNumberResponse", code)
    assert (await world.api.get(world.orders)).json()["orders"] == []


async def test_what_an_order_cannot_carry_within_an_element_is_refused(world):
    messaging = xml.element("MessagingSettings", xml.element("SmsEnabled", "true"), xml.element("CampaignId", "C"))
    root = xml.element("SipPeerTelephoneNumber", xml.element("FullNumber", NUMBER), messaging)
    answer = await put(world, xml.write(root))
    assert refusal(answer) == (400, "SipPeerTelephoneNumberResponse", "1005")
    assert "CampaignId is not allowed" in answer.text


async def test_a_body_of_another_number_is_refused(world):
    answer = await put(world, body("2018551099", NumberFormat="e164"))
    assert refusal(answer) == (400, "SipPeerTelephoneNumberResponse", "13536")


@pytest.mark.parametrize(("number", "code"), [("2015550129", "13536"), ("2015550130", "13517")])
async def test_a_refusal_by_bandwidth_is_passed_on(world, number, code):
    answer = await put(world, body(number, NumberFormat="e164"), number)
    assert refusal(answer) == (400, "SipPeerTelephoneNumberResponse", code)
    assert (await world.order(answer.headers["x-order-id"]))["state"] == "rejected"


async def test_a_conflict_that_passes_is_none_for_the_client(world):
    answer = await put(world, body("2015550127", NumberFormat="e164"), "2015550127")
    assert (answer.status_code, answer.content) == (200, b"")


async def test_a_conflict_that_stays_is_409(valkey):
    async with rig.world(valkey.url, front_hold_seconds=60) as world:
        answer = await put(world, body("2015550126", NumberFormat="e164"), "2015550126")
    assert refusal(answer) == (409, "SipPeerTelephoneNumberResponse", None)


@pytest.mark.parametrize("content", [b"", b"<SipPeer/>", b"<SipPeerTelephoneNumber>"])
async def test_a_body_that_is_no_number_is_refused(world, content):
    assert refusal(await put(world, content)) == (400, "SipPeerTelephoneNumberResponse", "1019")


@pytest.mark.parametrize("number", ["%2e%2e", "abc", "1" * 16])
@pytest.mark.parametrize("method", ["GET", "PUT"])
async def test_an_address_of_no_number_is_not_asked_for(world, method, number):
    answer = await world.api.request(method, tn(world, number), content=body(NumberFormat="e164"))
    assert answer.status_code in {404, 405}


async def test_without_the_scope_nothing_is_changed(world):
    headers = await world.client("orders:read")
    answer = await world.api.put(tn(world), content=body(NumberFormat="e164"), headers=headers)
    assert refusal(answer) == (403, "SipPeerTelephoneNumberResponse", "1001")


async def test_while_nobody_works_a_put_is_answered_after_its_time_and_its_order_is_kept(valkey):
    async with rig.world(valkey.url, front_hold_seconds=0.1) as world:
        answer = await world.api.put(tn(world), content=body(NumberFormat="e164"))
        assert (answer.status_code, answer.content) == (200, b"")
        assert (await world.ended(answer.headers["x-order-id"]))["state"] == "complete"
