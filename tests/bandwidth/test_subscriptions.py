"""Calls to Bandwidth's subscriptions: what is written, what is read, and what a refusal says."""

from __future__ import annotations

import asyncio

import pytest
import rig
from published import names, payload

from service import xml
from service.bandwidth import subscription_document
from service.bandwidth.connection import Connection
from service.bandwidth.guard import UNGUARDED
from service.bandwidth.subscription_document import EXPIRY_SECONDS, Receiver
from service.bandwidth.subscriptions import DUPLICATE, create, listed, replace
from service.errors import BandwidthRefused, BandwidthUnavailable
from service.exchange import Answer, Exchange
from service.local.sandbox.options import Options
from service.local.sandbox.server import build_server

ACCOUNT = "9900000"
RECEIVER = Receiver("http://127.0.0.1:8080/callbacks/bandwidth/9900000/segment", "bandwidth", "a-password")


@pytest.fixture
def sandbox():
    with rig.served(build_server(Options())) as url:
        yield url


@pytest.fixture
async def connection(sandbox):
    opened = Connection(rig.settings_for("redis://127.0.0.1:9", ACCOUNT, sandbox))
    yield opened
    await opened.close()


async def test_a_subscription_is_created_with_a_long_life_and_credentials(connection):
    made = await create(connection, ACCOUNT, ["tnoptions"], RECEIVER)
    (found,) = await listed(connection, ACCOUNT)
    assert (found.id, found.url, found.order_type) == (made, RECEIVER.url, "tnoptions")
    assert (found.username, found.status) == ("bandwidth", "READY")
    assert EXPIRY_SECONDS - 60 < found.expiry <= EXPIRY_SECONDS


async def test_a_second_one_of_the_same_type_and_address_is_refused_as_a_duplicate(connection):
    await create(connection, ACCOUNT, ["tnoptions"], RECEIVER)
    with pytest.raises(BandwidthRefused, match="409: 16008, Duplicate") as raised:
        await create(connection, ACCOUNT, ["tnoptions"], RECEIVER)
    assert raised.value.code == DUPLICATE


async def test_a_subscription_is_written_anew_in_full(connection):
    made = await create(connection, ACCOUNT, ["tnoptions"], Receiver("http://127.0.0.1:8080/old", "old", "x"))
    assert await replace(connection, ACCOUNT, made, "tnoptions", RECEIVER)
    (found,) = await listed(connection, ACCOUNT)
    assert (found.id, found.url, found.username) == (made, RECEIVER.url, "bandwidth")
    assert found.expiry > EXPIRY_SECONDS - 60


@pytest.mark.parametrize("gone", ["0b3aa54d-0ce5-4f5b-bd75-1c30967b197f", "../../9900001/subscriptions", "a b?c#d"])
async def test_one_that_is_gone_is_told_apart_from_one_that_is_refused(connection, gone):
    assert not await replace(connection, ACCOUNT, gone, "tnoptions", RECEIVER)


async def test_a_spelling_that_is_refused_is_followed_by_the_next(connection):
    await create(connection, ACCOUNT, ["lidb-orders", "lidbs"], RECEIVER)
    assert [each.order_type for each in await listed(connection, ACCOUNT)] == ["lidbs"]


async def test_when_no_spelling_is_taken_the_refusal_says_what_is(connection):
    with pytest.raises(
        BandwidthRefused, match=r"404: 14500, Incorrect order type. Valid values: .*tnoptions"
    ) as raised:
        await create(connection, ACCOUNT, ["nonsense", "rubbish"], RECEIVER)
    assert raised.value.code == "14500"


async def test_a_refused_address_is_told_and_not_tried_again(connection):
    with pytest.raises(BandwidthRefused, match="14506, Callback URL is invalid"):
        await create(connection, ACCOUNT, ["tnoptions", "tn_options"], Receiver("ftp://nowhere", "a", "b"))


async def test_an_account_that_is_not_ours_is_refused(connection):
    with pytest.raises(BandwidthRefused, match="403: 1001, Access Denied"):
        await listed(connection, "9900001")


async def test_wrong_credentials_are_told(sandbox):
    settings = rig.settings_for("redis://127.0.0.1:9", ACCOUNT, sandbox, bandwidth_client_secret="wrong")
    connection = Connection(settings)
    with pytest.raises(BandwidthRefused, match="refuses our credentials"):
        await listed(connection, ACCOUNT)
    await connection.close()


async def test_a_bandwidth_that_is_away_is_told():
    connection = Connection(rig.settings_for("redis://127.0.0.1:9", ACCOUNT, f"http://127.0.0.1:{rig.free_port()}"))
    with pytest.raises(BandwidthUnavailable, match="did not answer"):
        await listed(connection, ACCOUNT)
    await connection.close()


class Answering:
    """A connection that answers with documented shapes that the sandbox does not print."""

    def __init__(self, status, body=b"", **headers):
        self._reply = Answer(status, headers, body, 0.0)

    async def exchange(self, _exchange, _guard):
        return self._reply


CALLBACK = b"<CallbackSubscription><URL>https://a.example</URL></CallbackSubscription>"
ONE = b"<Subscription><SubscriptionId>7</SubscriptionId><OrderType>lidb</OrderType>%s</Subscription>"


@pytest.mark.parametrize(
    "shape",
    [
        b"<SubscriptionsResponse><Subscriptions>%s</Subscriptions></SubscriptionsResponse>",
        b"<SubscriptionsResponse>%s</SubscriptionsResponse>",
        b"%s",
    ],
)
async def test_every_documented_shape_of_a_list_is_read(shape):
    (found,) = await listed(Answering(200, shape % (ONE % CALLBACK)), ACCOUNT)
    assert (found.id, found.order_type, found.url, found.expiry) == ("7", "lidb", "https://a.example", None)


@pytest.mark.parametrize(
    "other",
    [
        b"<OrderId>4f2b6a3e-0000-4000-8000-000000000000</OrderId>" + CALLBACK,
        b"<EmailSubscription><Email>a@b.example</Email></EmailSubscription>",
    ],
)
async def test_a_subscription_to_one_order_or_by_mail_is_not_ours(other):
    assert await listed(Answering(200, ONE % other), ACCOUNT) == []


@pytest.mark.parametrize("name", names("subscriptions"))
def test_every_published_document_is_read(name):
    try:
        root = xml.parse(payload(f"subscriptions/{name}"))
    except xml.UnreadableXml:
        assert name == "docs-subscriptions-2"  # printed with an OrderId that never closes
        return
    for found in subscription_document.read(root):
        assert found.id
        # one document prints its Expiry as a telephone number
        assert found.expiry is None if name.startswith("openapi-v2-") else found.expiry > 0


async def test_an_expiry_that_is_no_number_or_beyond_all_time_is_unknown():
    for text in (b"soon", b"-1", b"9" * 5000):
        body = ONE % CALLBACK.replace(b"</URL>", b"</URL><Expiry>%s</Expiry>" % text)
        assert [each.expiry for each in await listed(Answering(200, body), ACCOUNT)] == [None]


@pytest.mark.parametrize(
    "answer",
    [
        Answering(500),
        Answering(302),
        Answering(429),
        Answering(200, b"<html><p></html>"),
        Answering(200, b"<html><p></p></html>"),
    ],
)
async def test_an_answer_that_is_no_list_is_bandwidths_trouble(answer):
    with pytest.raises(BandwidthUnavailable):
        await listed(answer, ACCOUNT)


@pytest.mark.parametrize("code", [b"16001", b"16002"])
async def test_subscriptions_that_are_not_found_are_an_empty_list(code):
    body = b"<SubscriptionsResponse><ResponseStatus><ErrorCode>%s</ErrorCode></ResponseStatus></SubscriptionsResponse>"
    assert await listed(Answering(404, body % code), ACCOUNT) == []
    assert await listed(Answering(200), ACCOUNT) == []


async def test_a_201_that_names_no_subscription_is_bandwidths_trouble():
    for answer in (Answering(201), Answering(200, location="https://here/subscriptions/7")):
        with pytest.raises(BandwidthUnavailable, match="without the new subscription's address"):
            await create(answer, ACCOUNT, ["tnoptions"], RECEIVER)


async def test_a_refusal_without_a_document_is_told_by_its_status():
    with pytest.raises(BandwidthRefused, match="with 400: it does not say why") as raised:
        await listed(Answering(400, b"<html><p></html>"), ACCOUNT)
    assert raised.value.code is None


async def test_the_credentials_arrive_with_the_callback(sandbox):
    """Bandwidth's answer to GET shows no password: only a callback proves that it was kept."""
    settings = rig.settings_for("redis://127.0.0.1:9", ACCOUNT, sandbox)
    heard = asyncio.Queue()

    async def door(reader, writer):
        head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
        await heard.put("authorization: basic" in head)
        challenge = (
            b'HTTP/1.1 401 x\r\nWWW-Authenticate: Basic realm="x"\r\nContent-Length: 0\r\nConnection: close\r\n\r\n'
        )
        writer.write(challenge)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(door, "127.0.0.1", 0)
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/callbacks"
    connection = Connection(settings)
    await create(connection, ACCOUNT, ["tnoptions"], Receiver(url, "bandwidth", "a-password"))
    body = b"<TnOptionOrder><TnOptionGroups><TnOptionGroup><Sms>on</Sms><TelephoneNumbers>%s</TelephoneNumbers>"
    body += b"</TnOptionGroup></TnOptionGroups></TnOptionOrder>"
    order = body % b"<TelephoneNumber>2018551020</TelephoneNumber>"
    await connection.exchange(Exchange("POST", f"accounts/{ACCOUNT}/tnoptions", body=order), UNGUARDED)
    async with asyncio.timeout(10):
        while not await heard.get():
            pass
    await connection.close()
    server.close()
    await server.wait_closed()
