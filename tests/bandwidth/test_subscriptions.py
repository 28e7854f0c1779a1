from __future__ import annotations

import asyncio

import pytest
import rig

from service import subscribing
from service.bandwidth import subscriptions
from service.bandwidth.connection import Connection
from service.bandwidth.subscriptions import EXPIRY_SECONDS, Receiver, ensure, listed
from service.errors import BandwidthRefused, BandwidthUnavailable
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


async def test_a_missing_subscription_is_created_with_a_long_life_and_credentials(connection):
    made = await ensure(connection, ACCOUNT, ["tnoptions"], RECEIVER)
    (found,) = await listed(connection, ACCOUNT)
    assert (found.id, found.url, found.order_type) == (made.id, RECEIVER.url, "tnoptions")
    assert (found.username, found.status) == ("bandwidth", "READY")
    assert EXPIRY_SECONDS - 60 < found.expiry <= EXPIRY_SECONDS


async def test_a_second_time_creates_nothing(connection):
    first = await ensure(connection, ACCOUNT, ["tnoptions"], RECEIVER)
    second = await ensure(connection, ACCOUNT, ["TnOptions"], RECEIVER)
    assert first.id == second.id
    assert len(await listed(connection, ACCOUNT)) == 1


async def test_each_address_and_each_type_has_its_own(connection):
    elsewhere = Receiver("https://elsewhere.example/callbacks", "bandwidth", "a-password")
    made = [
        await ensure(connection, ACCOUNT, ["tnoptions"], RECEIVER),
        await ensure(connection, ACCOUNT, ["tnoptions"], elsewhere),
        await ensure(connection, ACCOUNT, ["dldas"], RECEIVER),
    ]
    assert {each.id for each in made} == {each.id for each in await listed(connection, ACCOUNT)}
    assert len({each.id for each in made}) == 3


async def test_a_spelling_that_is_refused_is_followed_by_the_next(connection):
    made = await ensure(connection, ACCOUNT, ["lidb-orders", "lidbs"], RECEIVER)
    assert made.order_type == "lidbs"


async def test_when_no_spelling_is_taken_the_refusal_says_what_is(connection):
    with pytest.raises(
        BandwidthRefused, match=r"404: 14500, Incorrect order type. Valid values: .*tnoptions"
    ) as raised:
        await ensure(connection, ACCOUNT, ["nonsense", "rubbish"], RECEIVER)
    assert raised.value.code == "14500"


async def test_a_refused_address_is_told_and_not_tried_again(connection):
    with pytest.raises(BandwidthRefused, match="14506, Callback URL is invalid"):
        await ensure(connection, ACCOUNT, ["tnoptions", "tn_options"], Receiver("ftp://nowhere", "a", "b"))


async def test_two_at_once_meet_in_one_subscription(connection):
    made = await asyncio.gather(*(ensure(connection, ACCOUNT, ["tnoptions"], RECEIVER) for _ in range(4)))
    assert len({each.id for each in made}) == 1
    assert len(await listed(connection, ACCOUNT)) == 1


async def test_an_account_that_is_not_ours_is_refused(connection):
    with pytest.raises(BandwidthRefused, match="403: 1001, Access Denied"):
        await ensure(connection, "9900001", ["tnoptions"], RECEIVER)


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
        self._reply = subscriptions.Answer(status, headers, body, 0.0)

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


@pytest.mark.parametrize("answer", [Answering(500), Answering(302), Answering(200, b"<html><p></html>")])
async def test_an_answer_that_is_no_list_is_bandwidths_trouble(answer):
    with pytest.raises(BandwidthUnavailable):
        await listed(answer, ACCOUNT)


async def test_a_refusal_without_a_document_is_told_by_its_status():
    with pytest.raises(BandwidthRefused, match="with 400: it does not say why") as raised:
        await listed(Answering(400, b"<html><p></html>"), ACCOUNT)
    assert raised.value.code is None


async def test_subscribing_serves_every_kind_and_prints_no_secret(sandbox):
    settings = rig.settings_for("redis://127.0.0.1:9", ACCOUNT, sandbox)
    lines = await subscribing.subscribe(settings)
    assert await subscribing.subscribe(settings, [ACCOUNT]) == [f"{line}, last callback: READY" for line in lines]
    assert any(line.startswith(f"{ACCOUNT}  tnoptions  ") for line in lines)
    assert settings.callback_segment.get_secret_value() not in "".join(lines)


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
    await ensure(connection, ACCOUNT, ["tnoptions"], Receiver(url, "bandwidth", "a-password"))
    body = b"<TnOptionOrder><TnOptionGroups><TnOptionGroup><Sms>on</Sms><TelephoneNumbers>%s</TelephoneNumbers>"
    body += b"</TnOptionGroup></TnOptionGroups></TnOptionOrder>"
    order = body % b"<TelephoneNumber>2018551020</TelephoneNumber>"
    await connection.exchange(
        subscriptions.Exchange("POST", f"accounts/{ACCOUNT}/tnoptions", body=order), subscriptions.UNGUARDED
    )
    async with asyncio.timeout(10):
        while not await heard.get():
            pass
    await connection.close()
    server.close()
    await server.wait_closed()
