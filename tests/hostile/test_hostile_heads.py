"""Heads of requests: without an end, without haste, no HTTP at all, and with more in them than one line each."""

from __future__ import annotations

import asyncio

import rig
from raw_door import JSON, ask, bearer, head, next_answer, post, talk

from service import request_head

ENDLESS = {
    "a header": lambda orders: head(f"GET {orders} HTTP/1.1", bearer(), "X: " + "a" * 200_000),
    "many headers": lambda orders: head(f"GET {orders} HTTP/1.1", bearer(), *["X: a"] * 30_000),
    "a name": lambda orders: head(f"GET {orders} HTTP/1.1", bearer(), "X" * 200_000 + ": a"),
    "an address": lambda orders: head(f"GET {orders}/{'a' * 200_000} HTTP/1.1", bearer()),
    "a query": lambda orders: head(f"GET {orders}?{'a&' * 100_000} HTTP/1.1", bearer()),
    "a token": lambda orders: head(f"GET {orders} HTTP/1.1", "Authorization: Bearer " + "a" * 200_000),
}


async def test_a_head_that_is_too_long_is_431(target):
    for name, made in ENDLESS.items():
        said = await ask(target, made(target.orders))
        assert (said.status, said.problem, said.hung_up) == (431, "head-too-large", True), name


async def test_a_head_below_the_bound_is_read(target):
    said = await ask(target, head(f"GET {target.orders} HTTP/1.1", bearer(), "X: " + "a" * 60_000))

    assert said.status == 200


def endless(part, sent):
    """A part again and again; `sent` grows by one for each."""
    for _ in range(2_000):
        sent.append(len(part))
        yield part


async def test_what_never_ends_is_cut_off(target):
    chunked = post(target, JSON, "Transfer-Encoding: chunked")
    begun = {
        "a header": (b"GET / HTTP/1.1\r\nX: ", b"a" * 65_536),
        "empty lines": (b"", b"\r\n" * 32_768),
        "a trailer": (chunked + b"1\r\n{\r\n0\r\nX: ", b"a" * 65_536),
        "an extension of a chunk": (chunked + b"1;", b"a" * 65_536),
    }
    for name, (begin, part) in begun.items():
        sent = []
        got = await talk(target, begin, endless(part, sent))
        # a sender that goes on may see the connection end before the answer
        assert got == b"" or got.startswith((b"HTTP/1.1 431 ", b"HTTP/1.1 400 ")), name
        assert sum(sent) < 50_000_000, name


async def test_a_head_that_drips_is_408_and_who_says_nothing_is_hung_up_on(target, monkeypatch):
    monkeypatch.setattr(request_head, "HEAD_SECONDS", 0.2)
    url = target.api.base_url
    reader, writer = await asyncio.open_connection(url.host, url.port)
    writer.write(f"GET {target.orders} HTTP/1.1\r\nX: ".encode())
    answer = asyncio.ensure_future(next_answer(reader))
    while not answer.done():
        writer.write(b"a")
        await asyncio.wait([answer], timeout=0.02)
    writer.close()
    silent, quiet = await asyncio.open_connection(url.host, url.port)

    assert (answer.result().status, answer.result().problem) == (408, "request-timeout")
    assert await asyncio.wait_for(silent.read(), 5) == b""
    quiet.close()


async def test_who_drips_on_after_an_answer_is_hung_up_on(target, monkeypatch):
    monkeypatch.setattr(request_head, "HEAD_SECONDS", 0.2)
    url = target.api.base_url
    for rest in (b" ", b"\r\n"):
        reader, writer = await asyncio.open_connection(url.host, url.port)
        # refused for its token; the body is never asked for
        length = "Content-Length: 1000" if rest == b" " else "Content-Length: 0"
        writer.write(head(f"POST {target.orders}/tn-options HTTP/1.1", length))
        assert (await next_answer(reader)).status == 401
        end = asyncio.ensure_future(reader.read())
        while not end.done():
            writer.write(rest)
            await asyncio.wait([end], timeout=0.02)
        assert end.result() in {b"", end.result()}
        writer.close()


async def test_a_request_that_takes_longer_than_a_head_may_is_answered(target, monkeypatch):
    monkeypatch.setattr(request_head, "HEAD_SECONDS", 0.1)
    url = target.api.base_url
    reader, writer = await asyncio.open_connection(url.host, url.port)
    body = b'{"groups": []}'
    writer.write(post(target, JSON, f"Content-Length: {len(body)}") + body[:-1])
    for _ in range(20):  # the body has seconds of its own
        await asyncio.sleep(0.01)
    writer.write(body[-1:])

    assert (await next_answer(reader)).status == 422
    writer.close()


NO_HTTP = {
    "nothing but bytes": bytes(range(256)) * 4,
    "TLS": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\x00" * 100,
    "HTTP/2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "HTTP/9.9": b"GET / HTTP/9.9\r\n\r\n",
    "a method that is none": b"FOO / HTTP/1.1\r\nHost: h\r\n\r\n",
    "a NUL in the address": b"GET /\x00 HTTP/1.1\r\nHost: h\r\n\r\n",
    "raw bytes in the address": b"GET /\xff\xfe HTTP/1.1\r\nHost: h\r\n\r\n",
    "raw bytes in the query": b"GET /?\xff HTTP/1.1\r\nHost: h\r\n\r\n",
    "no address": b"GET ?x HTTP/1.1\r\nHost: h\r\n\r\n",
    "a host without a path": b"GET http://evil.example HTTP/1.1\r\nHost: h\r\n\r\n",
    "CONNECT": b"CONNECT evil.example:443 HTTP/1.1\r\nHost: h\r\n\r\n",
    "a NUL in a header": b"GET / HTTP/1.1\r\nHost: h\r\nX: a\x00b\r\n\r\n",
    "a bare CR in a header": b"GET / HTTP/1.1\r\nHost: h\r\nX: a\rX-Forged: b\r\n\r\n",
    "a folded header": b"GET / HTTP/1.1\r\nHost: h\r\nX: a\r\n b\r\n\r\n",
    "a blank before the colon": b"GET / HTTP/1.1\r\nHost : h\r\n\r\n",
    "line feeds alone": b"GET / HTTP/1.1\nHost: h\n\n",
}


async def test_what_is_no_http_is_400(target):
    for name, request in NO_HTTP.items():
        said = await ask(target, request)
        assert (said.status, said.problem, said.hung_up) == (400, "malformed-request", True), name


async def test_odd_heads_that_are_http_are_answered_as_any_other(target):
    order = await target.submit([{"telephone_numbers": ["2015551235"], "sms": "on"}])
    await target.submit([{"telephone_numbers": ["2015551236"], "sms": "on"}])
    where = f"{target.orders}?limit=1"
    odd = [head(f"GET {where} HTTP/1.0", bearer(), host=None), head(f"GET {where} HTTP/1.1", bearer(), host=None)]
    odd.append(head(f"GET http://evil.example{where} HTTP/1.1", bearer()))
    hosts = ["[", "a?b#c/", "evil.example/x", "h:99999999", "\u2100", "user@evil.example", ""]
    odd += [head(f"GET {where} HTTP/1.1", bearer(), host=f"Host: {each}") for each in hosts]
    odd.append(head(f"GET {where} HTTP/1.1", bearer(), b"X: \xff\xfe"))
    odd.append(head(f"GET {where} HTTP/1.1", bearer(), "Connection: Upgrade", "Upgrade: websocket"))

    for each in odd:
        said = await ask(target, each)
        assert said.status == 200, each
        # what a caller calls our host is in no answer
        assert f'"next":"{where}&cursor='.encode() in said.body, each
        assert b"evil" not in said.body
    cancel = f"POST {order['links']['self']}/cancel HTTP/1.1"
    decision = head(cancel, bearer(), "Content-Length: 0", host="Host: a?b#c/")
    assert (await ask(target, decision)).status == 202


async def test_requests_one_behind_the_other_are_answered_in_their_order_and_what_is_broken_behind_them_ends_it(target):
    url = target.api.base_url
    reader, writer = await asyncio.open_connection(url.host, url.port)
    body = b'{"groups": []}'
    requests = [
        head(f"GET {target.orders} HTTP/1.1", bearer()),
        post(target, JSON, f"Content-Length: {len(body)}") + body,
        head("GET /livez HTTP/1.1"),
    ]
    writer.write(b"".join(requests))
    assert [(await next_answer(reader)).status for _ in requests] == [200, 422, 200]

    # what came whole is answered: an order may be on disk by then
    writer.write(requests[1] + b"no http at all\r\n\r\n")
    said = await next_answer(reader)

    assert (said.status, said.hung_up) == (422, True)
    assert await asyncio.wait_for(reader.read(), 5) == b""
    writer.close()


async def test_a_chunk_that_is_none_ends_the_request_that_it_stands_in(target):
    for chunk in (b"zz\r\n{}\r\n0\r\n\r\n", b"-1\r\n", b"fffffffffffffffff\r\n{}", b"2\r\n{}x0\r\n\r\n"):
        for headers in ([], [head(f"GET {target.orders} HTTP/1.1", bearer())]):
            got = await talk(target, b"".join([*headers, post(target, JSON, "Transfer-Encoding: chunked"), chunk]))
            assert got.count(b"\r\ndate: ") == 1
            assert got.startswith(b"HTTP/1.1 200 " if headers else b"HTTP/1.1 400 ")


async def test_a_line_break_in_a_value_makes_no_header_and_no_line(target, lines):
    broken = "%0d%0aX-Forged:%20yes%0d%0a%0d%0aforged"
    paths = [f"{target.orders}/{broken}", f"/v1/accounts/{broken}/orders", f"/{broken}", f"{target.orders}?{broken}"]
    for path in paths:
        said = await ask(target, head(f"GET {path} HTTP/1.1", bearer()))
        assert "x-forged" not in said.headers
        assert said.status in {400, 404}
        assert said.problem in {"malformed-request", "not-found"}
    for name in ("Idempotency-Key", "If-None-Match", "Content-Type"):
        said = await ask(target, post(target, JSON, f"{name}: a{broken}", "Content-Length: 2"), b"{}")
        assert "x-forged" not in said.headers
    # and a real one is a second header, which says nothing
    said = await ask(target, post(target, JSON, "Idempotency-Key: a\r\nX-Forged: yes", "Content-Length: 2"), b"{}")
    assert "x-forged" not in said.headers
    assert len([line for line in lines.getvalue().splitlines() if '"request.refused"' in line]) >= 6


async def test_a_number_in_an_address_is_masked_in_the_log_wherever_it_stands(target, lines):
    for path in ("orders/2015551234", "numbers/x2015551234", "numbers/(201)%20555-1234/more", "orders/201-555-1234"):
        assert (await target.api.get(f"/v1/accounts/{target.account}/{path}")).status_code == 404
    assert (await target.api.get("/v1/accounts/2015551234/orders")).status_code == 404
    stranger = f"/callbacks/bandwidth/2015551234/{rig.SEGMENT}"
    assert (await target.api.post(stranger, content=b"x")).status_code == 404

    assert "201*****34" in lines.getvalue()
