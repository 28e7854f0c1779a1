"""The door that Bandwidth calls: its table of answers, hostile documents, and bodies that never end."""

from __future__ import annotations

import asyncio
import base64
import itertools

import httpx
import rig

from service import bodies

GOOD = "<Notification><Status>RECEIVED</Status><OrderId>b-1</OrderId><OrderType>tnoptions</OrderType></Notification>"
MIB = 1024 * 1024


def basic(name, password):
    return "Basic " + base64.b64encode(f"{name}:{password}".encode()).decode()


RIGHT = basic(*rig.CALLBACK)


async def knock(world, authorization, path=None, body=GOOD):
    path = path or f"/callbacks/bandwidth/{world.account}/{rig.SEGMENT}"
    headers = {"Authorization": authorization} if authorization is not None else {}
    async with httpx.AsyncClient(base_url=world.api.base_url, trust_env=False) as stranger:
        return await stranger.post(path, content=body, headers=headers)


async def send(world, head, *parts, authorization=RIGHT, seconds=10.0):
    """Write to the door's socket, reading at the same time; returns all it answered, and whether it hung up whole."""
    url = world.api.base_url
    reader, writer = await asyncio.open_connection(url.host, url.port)
    answer = asyncio.ensure_future(reader.read())
    lines = [f"POST /callbacks/bandwidth/{world.account}/{rig.SEGMENT} HTTP/1.1", "Host: here"]
    lines += [f"Authorization: {authorization}"] if authorization else []
    writer.write("\r\n".join([*lines, *head, "", ""]).encode())
    try:
        for part in itertools.chain(*parts):
            if answer.done():
                break
            writer.write(part)
            await writer.drain()
        return await asyncio.wait_for(answer, seconds)
    finally:
        answer.cancel()
        writer.close()


def chunks(count, size=256 * 1024):
    part = f"{size:x}\r\n".encode() + b" " * size + b"\r\n"
    return itertools.repeat(part, count)


async def test_without_credentials_bandwidth_is_challenged(world):
    for _ in range(30):  # never counted, never 429
        answer = await knock(world, None)
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"].startswith('Basic realm="')
        assert answer.headers["www-authenticate"].endswith('", charset="UTF-8"')
    assert (await knock(world, RIGHT)).status_code == 200


async def test_bandwidths_two_requests_on_one_connection_are_401_and_200(world):
    path = f"/callbacks/bandwidth/{world.account}/{rig.SEGMENT}"
    async with httpx.AsyncClient(base_url=world.api.base_url, trust_env=False) as client:
        first = await client.post(path)
        second = await client.post(path, content=GOOD, auth=rig.CALLBACK)

    assert (first.status_code, second.status_code) == (401, 200)


async def test_wrong_credentials_are_challenged_again_and_right_ones_always_pass(world):
    name, password = rig.CALLBACK
    wrong = [basic(name, password + "x"), basic(name, ""), basic("", ""), basic("", password), basic(password, name)]
    wrong += [RIGHT[:-1] + "*", "Basic", "Basic ", "Basic !!!!", "Basic \xe9", RIGHT.replace("c ", "c")]
    wrong += [f"Bearer {rig.TOKEN}", "Digest " + RIGHT[6:], "Basic " + base64.b64encode(name.encode()).decode()]
    wrong += ["Basic " + base64.b64encode(b"\xff:\xfe").decode(), "Basic " + "A" * 40_000, basic(name, password)[:-4]]

    for each in wrong * 3:
        answer = await knock(world, each.strip().encode("latin-1"))
        assert (answer.status_code, "charset" in answer.headers.get("www-authenticate", "")) == (401, True), each
    assert (await knock(world, RIGHT)).status_code == 200
    assert (await knock(world, RIGHT.replace("Basic", "bASIC"))).status_code == 200


async def test_the_previous_credentials_pass_while_they_are_set_and_halves_are_not_mixed(valkey):
    old = {"callback_previous_username": "before", "callback_previous_password": "the old: pass:word: é"}
    async with rig.world(valkey.url, callback_password="a:new:one:with:colons", **old) as world:
        new_pair, old_pair = ("bandwidth", "a:new:one:with:colons"), ("before", "the old: pass:word: é")

        assert (await knock(world, basic(*new_pair))).status_code == 200
        assert (await knock(world, basic(*old_pair))).status_code == 200
        assert (await knock(world, basic(new_pair[0], old_pair[1]))).status_code == 401
        assert (await knock(world, basic(old_pair[0], new_pair[1]))).status_code == 401


async def test_no_previous_credentials_means_that_empty_ones_do_not_pass(world):
    assert (await knock(world, basic("", ""))).status_code == 401


async def test_an_address_that_is_not_ours_is_404_with_and_without_credentials(world):
    paths = [f"{world.account}/{rig.SEGMENT}x", f"{world.account}/{rig.SEGMENT.upper()}", f"1/{rig.SEGMENT}"]
    paths += [f"{world.account}/%00", f"{world.account}/", f"{world.account}", f"{world.account}/{rig.SEGMENT}%0a"]
    paths += [f"{world.account}/%F0%9F", f"{world.account}/{rig.SEGMENT}/"]

    for path in paths:
        for authorization in (None, RIGHT, "Basic nonsense"):
            answer = await knock(world, authorization, f"/callbacks/bandwidth/{path}")
            assert answer.status_code in {404, 405}, path
            assert "www-authenticate" not in answer.headers


async def test_what_is_no_notification_is_400(world):
    laughs = "".join(f"<!ENTITY l{at} '{f'&l{at - 1};' * 10}'>" for at in range(1, 10))
    hostile = {
        "nothing": b"",
        "json": b'{"Notification": {}}',
        "cut off": GOOD.encode()[:-5],
        "another root": b"<Subscription><OrderId>b-1</OrderId></Subscription>",
        "wrapped": f"<Envelope>{GOOD}</Envelope>".encode(),
        "a plain doctype": b"<!DOCTYPE Notification>" + GOOD.encode(),
        "an entity": b"<!DOCTYPE n [<!ENTITY a 'b'>]><Notification><OrderId>&a;</OrderId></Notification>",
        "a file": b"<!DOCTYPE n [<!ENTITY a SYSTEM 'file:///etc/passwd'>]><Notification>&a;</Notification>",
        "an external dtd": b"<!DOCTYPE n SYSTEM 'http://127.0.0.1:9/x.dtd'><Notification/>",
        "billion laughs": f"<!DOCTYPE n [<!ENTITY l0 'ha'>{laughs}]><Notification>&l9;</Notification>".encode(),
        "an unknown entity": b"<Notification><OrderId>&who;</OrderId></Notification>",
        "not utf-8": b"<?xml version='1.0' encoding='UTF-8'?><Notification><Note>\xe9</Note></Notification>",
        "an encoding that it is not": b"<?xml version='1.0' encoding='UTF-16'?><Notification/>",
        "an encoding that is none": b"<?xml version='1.0' encoding='nonsense'?><Notification/>",
        "a NUL": b"<Notification><OrderId>a\x00b</OrderId></Notification>",
        "a written NUL": b"<Notification><OrderId>a&#0;b</OrderId></Notification>",
        "two roots": GOOD.encode() * 2,
        "compressed": b"\x1f\x8b\x08" + b"x" * 50,
        "deep": b"<Notification>" + b"<a>" * 100_000 + b"</a>" * 100_000 + b"</Notification>",
    }

    for name, body in hostile.items():
        assert (await knock(world, RIGHT, body=body)).status_code == 400, name
    assert (await knock(world, RIGHT)).status_code == 200


async def test_what_is_odd_but_a_notification_is_200(world):
    odd = {
        "nothing said": "<Notification/>",
        "no order id": "<Notification><Status>COMPLETE</Status><CustomerOrderId>mine</CustomerOrderId></Notification>",
        "no ids at all": "<Notification><Status>COMPLETE</Status><Message>hm</Message></Notification>",
        "an unknown status": GOOD.replace("RECEIVED", "\u00dcBERRASCHT " * 200),
        "long ids": GOOD.replace("b-1", "b" * 100_000),
        "other cases": "<NOTIFICATION><orderid>b-2</orderid><STATUS>complete</STATUS></NOTIFICATION>",
        "a namespace": "<x:Notification xmlns:x='urn:x'><x:OrderId>b-3</x:OrderId></x:Notification>",
        "200,000 elements": "<Notification>" + "<a/>" * 200_000 + "<OrderId>b-4</OrderId></Notification>",
        "markup in a note": "<Notification><OrderId>b-5</OrderId><Note>&lt;script&gt;\u2028&#10;</Note></Notification>",
        "key characters": GOOD.replace("b-1", "{1}:*?[a]:\u00e9"),
    }

    for name, body in odd.items():
        for _ in range(2):
            assert (await knock(world, RIGHT, body=body.encode())).status_code == 200, name
    utf16 = GOOD.encode("utf-16")
    assert (await knock(world, RIGHT, body=utf16)).status_code == 200


async def test_an_order_id_in_another_case_of_names_reaches_its_order(world):
    order = await world.submit([{"telephone_numbers": ["2015550120"], "sms": "on"}])
    order = await world.until(order["id"], "processing")
    body = f"<nOTIFICATION><orderid> {order['bandwidth_order_id']}\n</orderid><STATUS>FAILED</STATUS></nOTIFICATION>"

    assert (await knock(world, RIGHT, body=body)).status_code == 200

    assert (await world.order(order["id"]))["announced"] == "FAILED"


async def test_a_commit_that_fails_is_503_and_the_challenge_needs_no_store():
    with rig.valkey() as server:
        async with rig.world(server.url) as world:
            server.kill()

            answers = [await knock(world, each) for each in (None, "Basic nonsense", RIGHT)]
            refused = await knock(world, RIGHT, body="nonsense")

            assert [each.status_code for each in (*answers, refused)] == [401, 401, 503, 400]
            assert answers[-1].headers["retry-after"] == "1"
            server.start_again()
            assert (await knock(world, RIGHT)).status_code == 200


async def test_a_body_over_the_cap_is_413_to_a_sender_that_sends_it_all_first(world):
    size = world.settings.max_callback_bytes + 6 * MIB

    answer = await send(world, [f"Content-Length: {size}"], [b" " * size])

    assert answer.startswith(b"HTTP/1.1 413 ")
    assert b"connection: close" in answer.lower()


async def test_a_body_over_the_cap_without_a_length_is_413(world):
    answer = await send(world, ["Transfer-Encoding: chunked"], chunks(24), [b"0\r\n\r\n"])

    assert answer.startswith(b"HTTP/1.1 413 ")


async def test_a_body_of_exactly_the_cap_is_read_and_one_byte_more_is_413(valkey):
    async with rig.world(valkey.url, max_callback_bytes=1000) as world:
        body = GOOD.encode().ljust(1000)

        assert (await knock(world, RIGHT, body=body)).status_code == 200
        assert (await knock(world, RIGHT, body=body + b" ")).status_code == 413


async def test_a_sender_that_goes_on_for_ever_is_cut_off(world):
    try:
        answer = await send(world, ["Transfer-Encoding: chunked"], chunks(1_000_000))
    except ConnectionError:
        return  # it was told, and cut off while it still sent
    assert answer.startswith(b"HTTP/1.1 413 ")


async def test_a_sender_that_stops_over_the_cap_is_told_413_within_the_seconds_of_discarding(world, monkeypatch):
    monkeypatch.setattr(bodies, "DISCARD_SECONDS", 0.1)

    answer = await send(world, ["Content-Length: 50000000"], [b" " * (world.settings.max_callback_bytes + 1)])

    assert answer.startswith(b"HTTP/1.1 413 ")


async def test_a_sender_that_waits_for_leave_is_told_413_before_it_sends(world):
    answer = await send(world, ["Content-Length: 50000000", "Expect: 100-continue"])

    assert answer.startswith(b"HTTP/1.1 413 ")


async def test_a_body_that_stops_in_the_middle_is_408_and_the_line_is_cut(valkey):
    async with rig.world(valkey.url, body_seconds=0.1) as world:
        for head in ("Content-Length: 1000", "Transfer-Encoding: chunked"):
            answer = await send(world, [head], [b"5\r\n<Noti"])
            assert answer.startswith(b"HTTP/1.1 408 ")


async def test_a_body_that_drips_is_408_within_the_deadline(valkey):
    async with rig.world(valkey.url, body_seconds=0.2) as world:
        url = world.api.base_url
        reader, writer = await asyncio.open_connection(url.host, url.port)
        path = f"/callbacks/bandwidth/{world.account}/{rig.SEGMENT}"
        writer.write(f"POST {path} HTTP/1.1\r\nHost: h\r\nAuthorization: {RIGHT}\r\n".encode())
        writer.write(b"Content-Length: 1000\r\n\r\n")
        answer = asyncio.ensure_future(reader.readline())
        while not answer.done():
            writer.write(b" ")
            await asyncio.wait([answer], timeout=0.02)
        writer.close()

    assert answer.result().startswith(b"HTTP/1.1 408 ")


async def test_a_sender_that_goes_away_in_the_middle_harms_nobody(world):
    url = world.api.base_url
    for _ in range(5):
        _, writer = await asyncio.open_connection(url.host, url.port)
        path = f"/callbacks/bandwidth/{world.account}/{rig.SEGMENT}"
        writer.write(
            f"POST {path} HTTP/1.1\r\nHost: h\r\nAuthorization: {RIGHT}\r\nContent-Length: 9\r\n\r\n<".encode()
        )
        await writer.drain()
        writer.transport.abort()

    assert (await knock(world, RIGHT)).status_code == 200


async def test_a_length_that_two_readers_could_understand_differently_is_400(world):
    for head in (["Content-Length: 5", "Transfer-Encoding: chunked"], ["Content-Length: 5", "Content-Length: 6"]):
        assert (await send(world, head)).startswith(b"HTTP/1.1 400 ")
