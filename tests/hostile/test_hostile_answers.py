"""Answers of Bandwidth's that are none: no order is lost, ended or doubled by them, and nothing grows endlessly."""

from __future__ import annotations

import gzip
import itertools
import json
import time

import pytest
import rig
from hostile_carrier import TOKEN, carrier, whole
from raw_door import NUMBER, PASSCODE, unharmed

from service.bandwidth import bounded_transport
from service.bandwidth.guard import UNGUARDED
from service.exchange import Exchange, NotSent
from service.store import document

HTML = "<script>alert(1)</script>"
ESCAPED = "&lt;script&gt;alert(1)&lt;/script&gt;"
BID = "b0000000-0000-7000-8000-00000000000b"
LAUGHS = "".join(f"<!ENTITY l{at} '{f'&l{at - 1};' * 10}'>" for at in range(1, 10))
ORDER = f"<OrderId>{BID}</OrderId>"
PICTURE = f"<TnOptionOrder>{ORDER}<ProcessingStatus>PROCESSING</ProcessingStatus>{{}}</TnOptionOrder>"

#: no callback is like another
_calls = itertools.count()
#: bodies that tell nothing which can be trusted, whatever they answer
UNREADABLE = {
    "nothing": b"",
    "a page": b"<!DOCTYPE html><html><body>502</body></html>",
    "a doctype": f"<!DOCTYPE TnOptionOrder>{PICTURE.format('')}".encode(),
    "an entity": b"<!DOCTYPE n [<!ENTITY a 'b'>]><TnOptionOrder><OrderId>&a;</OrderId></TnOptionOrder>",
    "a file": f"<!DOCTYPE n [<!ENTITY a SYSTEM 'file:///etc/passwd'>]><TnOptionOrder>&a;{ORDER}</TnOptionOrder>".encode(),
    "an external dtd": f"<!DOCTYPE n SYSTEM 'http://127.0.0.1:9/x.dtd'>{PICTURE.format('')}".encode(),
    "billion laughs": f"<!DOCTYPE n [<!ENTITY l0 'ha'>{LAUGHS}]><TnOptionOrder>&l9;{ORDER}</TnOptionOrder>".encode(),
    "not utf-8": f"<?xml version='1.0' encoding='UTF-8'?><TnOptionOrder>{ORDER}<A>\xe9</A></TnOptionOrder>".encode(
        "latin-1"
    ),
    "an encoding that it is not": f"<?xml version='1.0' encoding='UTF-16'?>{PICTURE.format('')}".encode(),
    "an encoding that is none": f"<?xml version='1.0' encoding='nonsense'?>{PICTURE.format('')}".encode(),
    "a NUL": f"<TnOptionOrder><OrderId>{BID}\x00</OrderId></TnOptionOrder>".encode(),
    "cut off": PICTURE.format("").encode()[:-5],
    "JSON": json.dumps({"OrderId": BID}).encode(),
    "another root": f"<Subscription>{ORDER}</Subscription>".encode(),
    "deep": b"<TnOptionOrder>" + b"<a>" * 100_000,
    "200,000 elements and no id": b"<TnOptionOrder>" + b"<a/>" * 200_000 + b"</TnOptionOrder>",
    "no order id": b"<TnOptionOrder><ProcessingStatus>COMPLETE</ProcessingStatus></TnOptionOrder>",
    "an id that is none": b"<TnOptionOrder><OrderId>../../../tnoptions?x={1}:*</OrderId></TnOptionOrder>",
    "an id without an end": b"<TnOptionOrder><OrderId>" + b"a" * 10_000 + b"</OrderId></TnOptionOrder>",
}


@pytest.fixture
async def at(valkey, lines):
    """A world whose Bandwidth is a carrier of ours; it must be unharmed in the end."""
    async with carrier() as made, rig.world(valkey.url, bandwidth_url=f"{made.url}/api/v1") as world:
        world.carrier = made
        yield world
        await unharmed(world, lines)


async def submitted(world, number=NUMBER):
    return await world.submit([{"telephone_numbers": [number], "port_out_passcode": PASSCODE}])


async def look(world, order, step):
    """Let one order have one look; that such answers pause an account is told elsewhere."""
    await world.desk.store.client.delete(*(f"{{{world.account}}}:{name}" for name in ("pause", "failures", "strikes")))
    for claim in await world.desk.book.claim(world.account, [order["id"]], step):
        await world.errands.run(claim)


async def received(world):
    """An order that Bandwidth has taken."""
    world.carrier.answers = {
        "POST": whole(
            f"<TnOptionOrderResponse><TnOptionOrder>{ORDER}</TnOptionOrder></TnOptionOrderResponse>", "201 Created"
        )
    }
    order = await submitted(world)
    await look(world, order, "submit")
    order = await world.order(order["id"])
    assert (order["state"], order["bandwidth_order_id"]) == ("received", BID)
    return order


async def looked_at(world, order, answer):
    """Let an order that Bandwidth has be looked at once, and return it and its timeline's end."""
    world.carrier.answers = {"GET": answer}
    told = f"<Notification>{ORDER}<Status>COMPLETE</Status><Message>{next(_calls)}</Message></Notification>"
    assert (await world.callback(told)).status_code == 200
    await look(world, order, "check")
    return await world.order(order["id"])


async def test_a_201_that_cannot_be_read_makes_the_order_uncertain_and_no_answer_ends_it(at):
    for number, (name, body) in enumerate(UNREADABLE.items(), 2015551000):
        at.carrier.asked.clear()
        at.carrier.answers = {"POST": whole(body, "201 Created"), "GET": whole(body)}
        order = await submitted(at, str(number))
        # the second look is the search, which is answered with the same
        await look(at, order, "submit")
        await look(at, order, "submit")

        after = await at.order(order["id"])
        assert (after["state"], after["bandwidth_order_id"]) == ("uncertain", None), name
        assert "search_failed" in [each.get("event") for each in await at.timeline(order["id"])], name
        assert sum(each.startswith("POST") for each in at.carrier.asked) == 1, name
        assert PASSCODE not in (await at.api.get(order["links"]["documents"])).text, name


async def test_a_look_that_cannot_be_read_changes_nothing(at):
    order = await received(at)

    for name, body in UNREADABLE.items():
        after = await looked_at(at, order, whole(body))
        assert (after["state"], after["counts"]["pending"]) == ("received", 1), name
        assert after["waiting"]["why"].partition(":")[0] in {"not_understood", "not_bandwidth"}, name


async def test_a_location_names_the_order_of_a_201_that_cannot_be_read(at):
    where = f"Location: https://api.example/v1.0/accounts/1/tnoptions/{BID.upper()}"
    at.carrier.answers = {"POST": whole(UNREADABLE["billion laughs"], "201 Created", where)}
    order = await submitted(at)

    await look(at, order, "submit")

    after = await at.order(order["id"])
    assert (after["state"], after["bandwidth_order_id"]) == ("received", BID)


async def test_other_cases_namespaces_and_encodings_of_a_picture_are_read(at):
    order = await received(at)
    inner = f"<x:ORDERID>{BID.upper()}</x:ORDERID><x:processingstatus>complete</x:processingstatus>"
    odd = f"<x:tnoptionorder xmlns:x='urn:x'>{inner}</x:tnoptionorder>"

    after = await looked_at(at, order, whole(odd.encode("utf-16")))

    assert after["state"] == "complete"


async def test_an_unknown_status_with_html_in_it_is_data_and_ends_nothing(at):
    order = await received(at)
    told = PICTURE.replace("PROCESSING", f"{ESCAPED}&#10;\u2028forged").format(
        f"<ErrorList><Error><Code>{ESCAPED}</Code><Description>{ESCAPED}&#13;&#10;forged</Description></Error></ErrorList>"
    )

    after = await looked_at(at, order, whole(told))

    assert after["state"] == "received"
    assert after["bandwidth_status"] == f"{HTML} forged"
    assert (after["errors"][0]["code"], after["errors"][0]["description"]) == (HTML, f"{HTML} forged")
    for path in order["links"].values():
        answer = await at.api.get(path)
        assert (answer.headers["content-type"], answer.headers["x-content-type-options"]) == (
            "application/json",
            "nosniff",
        )


async def test_times_that_no_calendar_has_are_left_out(at):
    order = await received(at)
    for moment in ("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "9999-12-31T23:59:59.999999", "1e9", "-1"):
        told = PICTURE.format(
            f"<OrderCreateDate>{moment}</OrderCreateDate><LastModifiedDate>{moment}</LastModifiedDate>"
        )
        assert (await looked_at(at, order, whole(told)))["state"] == "processing"
        assert (await at.api.get(order["links"]["timeline"])).status_code == 200


async def test_errors_without_an_end_are_told_in_part_and_decide_as_all(at):
    order = await received(at)
    error = "<Error><Code>5076</Code><Description>no {}</Description><TelephoneNumber>{}</TelephoneNumber></Error>"
    errors = "".join(error.format(number, number) for number in range(2_010_000_000, 2_010_010_000))
    told = PICTURE.replace("PROCESSING", "PARTIAL").format(
        f"<ErrorList>{errors}{error.format('x', NUMBER)}</ErrorList>"
    )

    after = await looked_at(at, order, whole(told))

    assert after["state"] == "failed"
    assert len(after["errors"]) == 101
    assert "9901 more" in after["errors"][-1]["description"]
    assert (await at.numbers(order["id"]))[NUMBER]["description"] == "no x"
    (kept,) = [
        each for each in (await at.api.get(order["links"]["documents"])).json()["documents"] if each["status"] == 200
    ]
    assert len(kept["xml"]) < document.LONGEST + 100
    assert "cut: " in kept["xml"][-50:]


async def test_a_list_without_an_end_is_looked_through_in_time_and_is_no_whole_one(at):
    at.carrier.answers = {"POST": whole(b"", "201 Created"), "GET": whole(b"")}
    order = await submitted(at)
    await look(at, order, "submit")
    entry = "<TnOptionOrderSummary><OrderId>b-{}</OrderId><CountOfTNs>7</CountOfTNs></TnOptionOrderSummary>"
    entries = "".join(entry.format(number) for number in range(20_000))
    at.carrier.answers["GET"] = whole(f"<TnOptionOrders><TotalCount>20000</TotalCount>{entries}</TnOptionOrders>")
    began = time.process_time()

    await look(at, order, "submit")

    after = await at.order(order["id"])
    assert time.process_time() - began < 5
    assert (after["state"], after["attention"]["why"]) == ("needs_attention", "search_incomplete")
    assert sum(each.startswith("POST") for each in at.carrier.asked) == 1


@pytest.mark.parametrize("packed", [False, True], ids=["plain", "packed"])
async def test_an_answer_without_an_end_is_cut_off(at, monkeypatch, packed):
    order = await received(at)
    monkeypatch.setattr(bounded_transport, "MOST_BYTES", 1_000_000)
    monkeypatch.setattr("service.bandwidth.connection.MOST_BYTES", 1_000_000)
    head = b"HTTP/1.1 200 OK\r\nContent-Type: application/xml\r\n" + (b"Content-Encoding: gzip\r\n" if packed else b"")
    part = gzip.compress(b" " * 20_000_000) if packed else b" " * 100_000

    after = await looked_at(at, order, lambda: itertools.chain([head + b"\r\n"], itertools.repeat(part, 2_000)))

    assert after["state"] == "received"
    assert "longer than 1000000 bytes" in after["waiting"]["why"]


TOKENS = [
    b"",
    b"[]",
    b'"t"',
    b"[" * 60_000,
    b'{"access_token": "a\\r\\nX-Forged: yes", "expires_in": 3600}',
    b'{"access_token": "\\u00e9", "expires_in": 3600}',
    b'{"access_token": "", "expires_in": 3600}',
    b'{"access_token": {"a": 1}, "expires_in": 3600}',
    b'{"access_token": "t", "expires_in": NaN}',
    b'{"access_token": "t", "expires_in": -1}',
    b'{"access_token": "t", "expires_in": 1e400}',
    b'{"access_token": "t", "expires_in": [1]}',
    b'{"access_token": "' + b"t" * 1_000_000 + b'"}',
]


async def test_a_token_that_is_none_sends_nothing_and_the_next_one_does(at):
    at.carrier.answers = {"POST": whole(PICTURE.format(""), "201 Created")}
    order = await submitted(at)

    for token in TOKENS:
        at.carrier.token = whole(token)
        reply = await at.desk.connection.exchange(Exchange("POST", "/accounts/1/tnoptions", changes=True), UNGUARDED)
        assert isinstance(reply, NotSent), token[:60]
    assert at.carrier.asked == []
    at.carrier.token = whole(TOKEN)
    await look(at, order, "submit")

    assert (await at.order(order["id"]))["bandwidth_order_id"] == BID


async def test_a_token_or_a_refusal_without_an_end_is_cut_off(at):
    """httpx reads both whole before anybody can look at them."""
    sent = []

    def endless(status):
        yield f"HTTP/1.1 {status}\r\nContent-Type: application/json\r\n\r\n".encode()
        for _ in range(1_000):
            sent.append(65_536)
            yield b" " * 65_536

    for at.carrier.token, at.carrier.answers in (
        (lambda: endless("200 OK"), {}),
        (whole(TOKEN), {"GET": lambda: endless("401 Unauthorized")}),
    ):
        sent.clear()
        reply = await at.desk.connection.exchange(Exchange("GET", "/accounts/1/tnoptions"), UNGUARDED)
        assert isinstance(reply, NotSent)
        assert f"longer than {bounded_transport.FEW_BYTES} bytes" in reply.why
        assert sum(sent) < 30_000_000


NO_ANSWERS = [
    b"no http at all\r\n\r\n",
    b"HTTP/1.1 201 Created\r\nContent-Length: nonsense\r\n\r\n",
    b"HTTP/1.1 201 Created\r\nX: a\x00b\r\nContent-Length: 0\r\n\r\n",
    b"HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    b"HTTP/1.1 201 Created\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\nnope",
    b"HTTP/1.1 201 Created\r\n" + b"X: " + b"a" * 200_000 + b"\r\n\r\n",
    b"HTTP/1.1 307 Temporary Redirect\r\nLocation: http://127.0.0.1:9/\r\nContent-Length: 0\r\n\r\n",
    b"HTTP/1.1 999 Odd\r\nContent-Length: 0\r\n\r\n",
]


async def test_an_answer_that_is_no_http_makes_the_order_uncertain(at):
    for number, answer in enumerate(NO_ANSWERS, 2015551000):
        at.carrier.asked.clear()
        at.carrier.answers = {"POST": lambda answer=answer: [answer]}
        order = await submitted(at, str(number))
        await look(at, order, "submit")

        assert (await at.order(order["id"]))["state"] == "uncertain", answer[:60]
        assert len(at.carrier.asked) == 1
