"""A number's details: every printed shape is read, the passcode never is, and the order behind a listing is found."""

from __future__ import annotations

import asyncio

import pytest
import rig
from published import names, payload

from service import xml
from service.bandwidth import number_document
from service.bandwidth.connection import Connection
from service.bandwidth.number_details import details, open_dlda_order
from service.bandwidth.number_features import E911, Address, Lidb, ListingName
from service.bandwidth.number_settings import NnRoute, Route
from service.errors import BandwidthRefused, BandwidthUnavailable
from service.exchange import Answer, Broken, NoToken, NotSent

ACCOUNT, NUMBER = "9900000", "2015550199"
FIRST, SECOND = "ddbdc72e-dc27-490c-904e-d0c11291b095", "409033ee-88ec-43e3-85f3-538f30733963"


class Answering:
    """A connection that gives one reply, and keeps what was asked."""

    def __init__(self, status=200, body="", reply=None):
        self._reply = reply or Answer(status, {}, body.encode(), 0.0)
        self.asked = []

    async def exchange(self, exchange, _guard):
        self.asked.append(exchange)
        return self._reply


def document(inside):
    return (
        f"<TelephoneNumberResponse><TelephoneNumberDetails>{inside}</TelephoneNumberDetails></TelephoneNumberResponse>"
    )


def read(inside):
    return number_document.read(xml.parse(document(inside).encode()))


def dlda(inside):
    return read(f"<Features><Dlda>{inside}</Dlda></Features>").features.dlda


@pytest.mark.parametrize("name", names("tndetails"))
def test_every_printed_document_is_read(name):
    found = number_document.read(xml.parse(payload(f"tndetails/{name}")))
    assert found.lata or found.rate_center or found.full_number
    for each in (found, *found.hosted):
        assert each.account_id or not each.full_number


def test_the_simple_sample_is_read_whole():
    found = number_document.read(xml.parse(payload("tndetails/openapi-v1-RetrieveTnDetails-resp200-Simple-response")))
    assert (found.account_id, found.full_number, found.status) == ("14", "2018981023", "Inservice")
    assert (found.site.id, found.sip_peer.peer_id, found.sip_peer.is_default_peer) == ("479", "500014", None)
    assert (found.in_service_date, found.last_modified) == (1406719777000, 1406719777000)
    assert (found.service_types, found.tn_attributes) == (("Voice", "Messaging"), ("Protected", "External"))
    assert found.features.e911 == E911(None, "SUCCESS")
    assert found.features.lidb == Lidb("Pending", "Fred", "BUSINESS", "PUBLIC")
    listing = found.features.dlda
    assert (listing.status, listing.subscriber_type, listing.listing_type, listing.list_address) == (
        "Success", "BUSINESS", "LISTED", "true",
    )  # fmt: skip
    assert listing.listing_name == ListingName("Joe", None, "Smith", *[None] * 8)
    assert isinstance(listing.address, Address)
    assert (listing.address.house_number, listing.address.zip, listing.address.address_type) == ("12", "10007", "Dlda")
    assert (listing.is_pending, listing.bandwidth_order_id) == (False, None)
    assert len(found.origination_route_plan.routes) == 5
    assert found.origination_route_plan.routes[3] == Route("192.0.2.0/24", 3, 50, "IPv4", None)
    assert found.messaging_settings.assigned_nn_route == NnRoute("101601", "USA Mobility")
    assert found.tn_options is None


def test_what_a_number_has_on_another_account_is_apart():
    found = number_document.read(xml.parse(payload("tndetails/openapi-v1-RetrieveTnDetails-resp200-Shared-TN-details")))
    assert found.on("14") is found
    hosted = found.on("12346160")
    assert (hosted.site.id, hosted.service_types, hosted.features.dlda) == ("487", ("Hosted Messaging",), None)
    assert (hosted.messaging_settings.campaign_id, hosted.messaging_settings.a2p_state) == ("0gdVWGTGe", "overridden")
    assert (found.on("15"), read("<City>X</City>").on("14")) == (None, None)


OPTIONS = (
    "<TnOptions><CallForward>2015550111</CallForward><NumberFormat>e164</NumberFormat><RPIDFormat>10digit</RPIDFormat>"
    "<RewriteUser>a</RewriteUser><CallingNameDisplay>%s</CallingNameDisplay><FinalDestinationURI>b@1.2.3.4</FinalDestinationURI>"
    "<PortOutPasscode>s3cr3t77</PortOutPasscode><PindropEnabled>true</PindropEnabled>"
    "<CallVerificationEnabled>false</CallVerificationEnabled></TnOptions>"
)


@pytest.mark.parametrize(
    ("said", "shown"), [("true", "on"), ("FALSE", "off"), ("on", "on"), ("systemdefault", "systemdefault"), ("", None)]
)
def test_options_are_read_in_the_words_of_orders_and_the_passcode_is_not(said, shown):
    found = read(OPTIONS % said)
    assert found.tn_options.calling_name_display == shown
    assert (found.tn_options.rpid_format, found.tn_options.final_destination_uri) == ("10digit", "b@1.2.3.4")
    assert (found.tn_options.pindrop_enabled, found.tn_options.call_verification_enabled) == ("true", "false")
    assert "s3cr3t77" not in repr(found)


@pytest.mark.parametrize("inside", ["", "<PortOutPasscode>s3cr3t77</PortOutPasscode>"])
def test_that_there_is_a_passcode_is_not_told_either(inside):
    assert read(f"<TnOptions>{inside}</TnOptions>").tn_options is None


@pytest.mark.parametrize("spelling", ["AssignedNNRoute", "AssignedNnRoute"])
def test_both_spellings_of_the_messaging_route_are_read(spelling):
    found = read(
        f"<MessagingSettings><A2pState>SYSTEM_DEFAULT</A2pState><{spelling}><Nnid>1</Nnid></{spelling}></MessagingSettings>"
    )
    assert found.messaging_settings.assigned_nn_route == NnRoute("1", None)
    assert found.messaging_settings.a2p_state == "system_default"


def test_older_words_for_the_subscriber_are_read():
    assert dlda("<AccountType>RESIDENCE</AccountType>").subscriber_type == "RESIDENTIAL"
    assert dlda("<AccountType>BUSINESS</AccountType>").subscriber_type == "BUSINESS"


def test_odd_values_are_none_and_control_characters_do_not_get_through():
    found = read(
        "<City>A&#8238;B</City><LastModified>yesterday</LastModified><OriginationRoutePlan><Route>"
        "<Endpoint>x</Endpoint><Priority>many</Priority><EndpointType>PIGEON</EndpointType></Route></OriginationRoutePlan>"
    )
    assert (found.city, found.last_modified) == ("A B", None)
    assert found.origination_route_plan.routes == (Route("x", None, None, "PIGEON", None),)
    assert read("<OriginationRoutePlan/>").origination_route_plan is None


@pytest.mark.parametrize(
    "link",
    [
        f"<OrderLink>https://dashboard.bandwidth.com/v1.0/accounts/14/dldas/{FIRST}</OrderLink>",
        f'<Link rel="order" href="/accounts/14/dldas/{FIRST}?x=1"/>',
        f"<Order><Location>/api/accounts/14/dlda/{FIRST.upper()}/</Location></Order>",
        f'<a:link xmlns:a="urn:x" xmlns:l="urn:y" l:HREF="https://b/dldas/{FIRST}"/>',
    ],
)
def test_a_link_to_the_order_is_found_wherever_it_stands(link):
    found = dlda(f"<Status>Pending-Locked</Status>{link}")
    assert (found.is_pending, found.bandwidth_order_id) == (True, FIRST)


@pytest.mark.parametrize("text", ["/dldas/", f"/lidbs/{FIRST}", f"/dldas/{FIRST}0", f"dldas {FIRST}", FIRST])
def test_what_is_no_link_is_none(text):
    assert dlda(f"<Status>Pending-Editable</Status><OrderLink>{text}</OrderLink>").bandwidth_order_id is None


async def test_a_number_is_asked_for_in_ten_digits_and_may_be_answered_in_e164():
    connection = Answering(body=document(f"<FullNumber>+1{NUMBER}</FullNumber><AccountId>1</AccountId>"))
    found = await details(connection, NUMBER)
    assert found.account_id == "1"
    assert [(each.method, each.path) for each in connection.asked] == [("GET", f"tns/{NUMBER}/tndetails")]


async def test_a_number_that_bandwidth_does_not_know_is_none():
    error = "<ResponseStatus><ErrorCode>12512</ErrorCode><Description>not valid</Description></ResponseStatus>"
    body = f"<TelephoneNumberResponse>{error}</TelephoneNumberResponse>"
    assert await details(Answering(400, body), NUMBER) is None


@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        (200, "", BandwidthUnavailable),
        (200, "<html/>", BandwidthUnavailable),
        (200, "no XML <PortOutPasscode>s3cr3t77", BandwidthUnavailable),
        (200, document("<FullNumber>2015550100</FullNumber>"), BandwidthUnavailable),
        (500, "<PortOutPasscode>s3cr3t77</PortOutPasscode>", BandwidthUnavailable),
        (503, "", BandwidthUnavailable),
        (302, "", BandwidthUnavailable),
        (408, "", BandwidthUnavailable),
        (429, "", BandwidthUnavailable),
        (401, "", BandwidthRefused),
        (403, "", BandwidthRefused),
        (404, "<html>a proxy's page s3cr3t77</html>", BandwidthRefused),
        (400, "<X><Error><Code>1019</Code><Description>Bad request</Description></Error></X>", BandwidthRefused),
    ],
)
@pytest.mark.parametrize("asked", ["details", "orders"])
async def test_every_other_answer_is_an_error_that_tells_no_secret(status, body, error, asked):
    connection = Answering(status, body)
    with pytest.raises(error) as raised:
        await (details(connection, NUMBER) if asked == "details" else open_dlda_order(connection, ACCOUNT, NUMBER))
    assert raised.value.detail
    assert "s3cr3t77" not in str(raised.value)


@pytest.mark.parametrize(
    ("reply", "error"),
    [
        (NotSent("no way"), BandwidthUnavailable),
        (Broken("cut off"), BandwidthUnavailable),
        (NoToken("wrong secret"), BandwidthRefused),
    ],
)
async def test_no_answer_is_an_error_too(reply, error):
    with pytest.raises(error, match=reply.why):
        await details(Answering(reply=reply), NUMBER)


def listed(*orders):
    rows = "".join(
        f"<OrderIdUserIdDate><accountId>{ACCOUNT}</accountId><OrderDate>{date}</OrderDate><orderId>{order_id}</orderId>"
        f"<OrderStatus>{status}</OrderStatus></OrderIdUserIdDate>"
        for order_id, date, status in orders
    )
    count = f"<TotalCount>{len(orders)}</TotalCount>"
    return (
        f"<ResponseSelectWrapper><ListOrderIdUserIdDate>{count}{rows}</ListOrderIdUserIdDate></ResponseSelectWrapper>"
    )


@pytest.mark.parametrize(
    ("orders", "found"),
    [
        ([], None),
        ([(FIRST, "2026-01-01T00:00:00Z", "COMPLETE"), (SECOND, "2026-01-02T00:00:00Z", "failed")], None),
        ([(FIRST, "2026-01-01T00:00:00Z", "RECEIVED"), (SECOND, "2026-01-02T00:00:00Z", "PROCESSING")], SECOND),
        ([(FIRST, "2026-01-01T00:00:00Z", "NEW_WORD"), (SECOND, "2026-01-02T00:00:00Z", "CANCELLED")], FIRST),
        ([(FIRST, "", "RECEIVED")], FIRST),
    ],
)
async def test_the_newest_order_on_a_number_that_has_not_ended_is_the_one_behind_a_listing(orders, found):
    connection = Answering(body=listed(*orders))
    assert await open_dlda_order(connection, ACCOUNT, NUMBER) == found
    (asked,) = connection.asked
    assert (asked.path, dict(asked.query)) == (f"accounts/{ACCOUNT}/dldas", {"tn": NUMBER})


@pytest.mark.parametrize("name", ["openapi-v1-ReadDldaOrders-resp200-example", "node-numbers-dldas"])
async def test_the_printed_lists_are_read(name):
    body = payload(f"dldas/{name}").decode()
    assert await open_dlda_order(Answering(body=body), ACCOUNT, NUMBER) == "743b0e64-3350-42e4-baa6-406dac7f4a85"


async def test_a_bandwidth_that_hangs_is_told():
    async def hangs(reader, writer):
        await reader.read()
        writer.close()

    server = await asyncio.start_server(hangs, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    settings = rig.settings_for(
        "redis://127.0.0.1:9", ACCOUNT, f"http://127.0.0.1:{port}", exchange_seconds=0.1, bandwidth_auth="basic",
        bandwidth_username="u", bandwidth_password="p",
    )  # fmt: skip
    connection = Connection(settings)
    with pytest.raises(BandwidthUnavailable, match="no whole answer within"):
        await details(connection, NUMBER)
    await connection.close()
    server.close()
