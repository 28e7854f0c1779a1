"""The sender against endpoints that do whatever they like: an Attempt every time, in time, and nothing else called."""

from __future__ import annotations

import asyncio
import random
import socket
import ssl
import time
from datetime import UTC, datetime

import pytest
import rig
from hostile_endpoints import (
    HOST,
    Names,
    answers,
    certificate,
    endpoint,
    has_ipv6,
    server_context,
    silent,
    spoilt_tls,
    trusting,
)

from service.outgoing import retry_after
from service.outgoing.dialing import MOST_ADDRESSES, MOST_BYTES
from service.outgoing.sender import Attempt, Sender
from service.outgoing.signing import headers_of, new_secret

BODY = b'{"id":"evt_1","type":"order.complete"}'
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
DEADLINE = 0.5


@pytest.fixture(params=[False, True], ids=["asyncio", "uvloop"])
def anyio_backend(request):
    """Workers run on uvloop."""
    return "asyncio", {"use_uvloop": request.param}


def sender(*, names=None, allow=(HOST,), **options):
    settings = rig.settings_for("redis://127.0.0.1:9", "5500001", outgoing_allow=tuple(allow))
    return Sender(settings, resolve=names or Names(), **{"seconds": 5, "trust": trusting(), **options})


async def send(url, *, headers=None, body=BODY, **options):
    began = time.monotonic()
    attempt = await sender(**options).send(url, headers or {"Content-Type": "application/json"}, body)
    assert attempt.seconds <= time.monotonic() - began < 4
    for secret in ("a-secret-of-the-url", "a-secret-of-the-body", "whsec_", "127.0.0.1"):
        assert secret not in str(attempt.error)
    assert len(attempt.error or "") < 120
    return attempt


@pytest.mark.parametrize("status", [200, 201, 202, 204, 299])
async def test_a_2xx_has_taken_the_event(status):
    async with endpoint(answers(b"HTTP/1.1 %d Whatever\r\nContent-Length: 0\r\n\r\n" % status)) as there:
        attempt = await send(there.url())

    assert (attempt.status, attempt.error, attempt.retry_after, attempt.is_taken) == (status, None, None, True)


async def test_what_is_sent_is_one_post_with_the_body_and_the_headers_that_were_given():
    names, secret = Names(), new_secret()
    signed = headers_of("evt_1", datetime.now(UTC), BODY, [secret])
    async with endpoint(answers(OK)) as there:
        await send(there.url(), names=names, headers={"Content-Type": "application/json", **signed})
        port = there.port

    head, body = there.requests[0].split(b"\r\n\r\n")
    line, *lines = head.decode().split("\r\n")
    assert line == "POST /hook?token=a-secret-of-the-url HTTP/1.1"
    found = dict(each.lower().split(": ", 1) for each in lines)
    assert found == {
        "host": f"{HOST}:{port}",
        "content-type": "application/json",
        "content-length": str(len(BODY)),
        "user-agent": "bandwidth-order-tracker",
        "connection": "close",
        **{name: value.lower() for name, value in signed.items()},
    }
    assert (body, len(there.requests), names.asked) == (BODY, 1, [(HOST, port)])


@pytest.mark.parametrize("status", [400, 401, 404, 410, 429, 500, 503, 999])
async def test_any_other_status_is_an_answer_and_no_error(status):
    async with endpoint(answers(b"HTTP/1.1 %d No\r\nContent-Length: 2\r\n\r\nno" % status)) as there:
        attempt = await send(there.url())

    assert (attempt.status, attempt.error, attempt.is_taken) == (status, None, False)


@pytest.mark.parametrize("status", [300, 301, 302, 303, 307, 308])
async def test_a_redirect_is_an_answer_and_is_not_followed(status):
    async with endpoint(answers(OK)) as trap:
        head = f"HTTP/1.1 {status} There\r\nLocation: {trap.url()}\r\nContent-Length: 0\r\n\r\n"
        async with endpoint(answers(head.encode())) as there:
            attempt = await send(there.url())

    assert (attempt.status, attempt.error, attempt.is_taken, trap.requests) == (status, None, False, [])


@pytest.mark.parametrize(
    "variable", ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"]
)
async def test_no_proxy_of_the_environment_is_asked(monkeypatch, variable):
    async with endpoint(silent()) as trap, endpoint(answers(OK)) as there:
        monkeypatch.setenv(variable, f"http://127.0.0.1:{trap.port}")
        monkeypatch.delenv("NO_PROXY", raising=False)
        attempt = await send(there.url())

    assert attempt.is_taken
    assert not trap.gone.is_set()


async def test_no_cookie_is_kept_and_no_connection_either():
    head = b"HTTP/1.1 200 OK\r\nSet-Cookie: a=b; Path=/\r\nContent-Length: 0\r\nConnection: keep-alive\r\n\r\n"
    names = Names()
    one = sender(names=names)
    async with endpoint(answers(head, then="hold")) as there:
        for _ in range(2):
            assert (await one.send(there.url(), {}, BODY)).is_taken
            await asyncio.wait_for(there.gone.wait(), 15)
            there.gone.clear()
    await one.close()

    assert len(there.requests) == len(names.asked) == 2
    assert b"ookie" not in b"".join(there.requests)


# --- answers that are none ---------------------------------------------------------------------------------------

HEAD = b"HTTP/1.1 200 OK\r\n"
BROKEN = "the connection broke before the answer was whole"
NOT_HTTP = "the answer is not HTTP"
TOO_LONG = f"the head of the answer is longer than {MOST_BYTES} bytes"
NOTHING = "the connection broke before any answer came"
MISBEHAVING = {
    "closes": (answers(), None, NOTHING),
    "resets": (answers(then="reset"), None, NOTHING),
    "closes within the status line": (answers(b"HTTP/1."), None, BROKEN),
    "closes within the head": (answers(HEAD + b"A: b\r\n"), None, BROKEN),
    "resets within the head": (answers(HEAD, 0.02, then="reset"), None, BROKEN),
    "closes within the body": (answers(HEAD + b"Content-Length: 9\r\n\r\nabc"), 200, BROKEN),
    "closes within a chunk": (answers(HEAD + b"Transfer-Encoding: chunked\r\n\r\n9\r\nabc"), 200, BROKEN),
    "resets within the body": (answers(HEAD + b"Content-Length: 9\r\n\r\nabc", 0.02, then="reset"), 200, BROKEN),
    "says garbage": (answers(b"\x00\xff\x16\x03\x01 a-secret-of-the-body\r\n\r\n"), None, NOT_HTTP),
    "speaks SMTP": (answers(b"220 mail.example.com ESMTP a-secret-of-the-body\r\n\r\n"), None, NOT_HTTP),
    "speaks Redis": (answers(b"-ERR unknown command 'POST'\r\n\r\n"), None, NOT_HTTP),
    "speaks HTTP/0.9": (answers(b"<html>a-secret-of-the-body</html>\r\n\r\n"), None, NOT_HTTP),
    "has no status": (answers(b"HTTP/1.1 OK\r\n\r\n"), None, NOT_HTTP),
    "has a status of two digits": (answers(b"HTTP/1.1 20 OK\r\n\r\n"), None, NOT_HTTP),
    "has a status below 100": (answers(b"HTTP/1.1 007 OK\r\n\r\n"), None, NOT_HTTP),
    "switches protocols": (answers(b"HTTP/1.1 101 Yes\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n"), None, NOT_HTTP),
    "has a wrong header": (answers(HEAD + b"a-secret-of-the-body\r\n\r\n"), None, NOT_HTTP),
    "has two lengths": (answers(HEAD + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\na"), None, NOT_HTTP),
    "has a length below 0": (answers(HEAD + b"Content-Length: -1\r\n\r\n"), None, NOT_HTTP),
    "has a length of 5,000 digits": (answers(HEAD + b"Content-Length: " + b"9" * 5000 + b"\r\n\r\n"), None, NOT_HTTP),
    "has an unknown coding": (answers(HEAD + b"Transfer-Encoding: gzip\r\n\r\n"), None, NOT_HTTP),
    "has a wrong chunk": (answers(HEAD + b"Transfer-Encoding: chunked\r\n\r\nxyz\r\n", then="hold"), 200, NOT_HTTP),
    "has a header without end": (answers(HEAD + b"A: ", then=b"a" * 4096), None, TOO_LONG),
    "has headers without end": (answers(HEAD, then=b"A: b\r\n" * 100), None, TOO_LONG),
    "has a status line without end": (answers(b"HTTP/1.1 200 ", then=b"O" * 4096), None, TOO_LONG),
    "asks to go on without end": (answers(then=b"HTTP/1.1 100 Continue\r\n\r\n" * 50), None, TOO_LONG),
}
LASTING = {
    "says nothing": (silent(), None, "no answer within 0.5 s"),
    "says nothing after a request": (answers(then="hold"), None, "no answer within 0.5 s"),
    "stops within the head": (answers(HEAD, then="hold"), None, "no answer within 0.5 s"),
    "trickles a head": (answers(HEAD + b"A: ", then=b"a"), None, "no answer within 0.5 s"),
    "stops within the body": (
        answers(HEAD + b"Content-Length: 9\r\n\r\n", then="hold"),
        200,
        "no whole answer within 0.5 s",
    ),
    "trickles a body": (answers(HEAD + b"\r\n", then=b"a"), 200, "no whole answer within 0.5 s"),
    "trickles a 500": (answers(b"HTTP/1.1 500 No\r\n\r\n", then=b"a"), 500, "no whole answer within 0.5 s"),
}


@pytest.mark.parametrize("kind", MISBEHAVING)
async def test_an_answer_that_is_none_is_an_error_in_a_few_words(kind):
    behave, status, error = MISBEHAVING[kind]
    async with endpoint(behave) as there:
        attempt = await send(there.url())

    assert attempt == Attempt(status, error, attempt.seconds, None)
    assert not attempt.is_taken


async def test_an_answer_that_never_comes_to_an_end_is_given_up_in_time_and_its_connection_closed():
    async def meet(behave):
        async with endpoint(behave) as there:
            attempt = await send(there.url(), seconds=DEADLINE)
            await asyncio.wait_for(there.gone.wait(), 15)
        return attempt

    met = await asyncio.gather(*(meet(behave) for behave, *_ in LASTING.values()))

    told = {kind: (attempt.status, attempt.error) for kind, attempt in zip(LASTING, met, strict=True)}
    assert told == {kind: (status, error) for kind, (_, status, error) in LASTING.items()}
    assert not any(attempt.is_taken for attempt in met)
    assert max(attempt.seconds for attempt in met) < DEADLINE + 0.5


async def test_the_connection_is_closed_when_the_head_is_too_long():
    async with endpoint(MISBEHAVING["has a header without end"][0]) as there:
        await send(there.url())
        await asyncio.wait_for(there.gone.wait(), 15)


@pytest.mark.parametrize("framing", [b"", b"Content-Length: 999999999999\r\n"])
async def test_an_answer_without_end_is_cut_and_its_head_counts(framing):
    read = []

    async def behave(made, reader, writer):
        read.append(writer)
        await answers(HEAD + framing + b"\r\n", then=b"x" * 1024)(made, reader, writer)

    async with endpoint(behave) as there:
        attempt = await send(there.url())
        await asyncio.wait_for(there.gone.wait(), 15)

    assert (attempt.status, attempt.error, attempt.is_taken) == (200, None, True)


@pytest.mark.parametrize(("more", "error"), [(0, None), (1, TOO_LONG)])
async def test_a_head_counts_up_to_16_kib(more, error):
    filling = b"A: " + b"a" * (MOST_BYTES - len(HEAD) - len(b"A: \r\n\r\n") + more)
    async with endpoint(answers(HEAD + filling + b"\r\n\r\n")) as there:
        assert (await send(there.url())).error == error


async def test_an_answer_that_is_packed_small_is_not_unpacked():
    head = HEAD + b"Content-Encoding: gzip\r\nContent-Length: 4\r\n\r\nnope"
    async with endpoint(answers(head)) as there:
        assert (await send(there.url())).is_taken


async def test_an_endpoint_that_answers_before_it_has_read_everything_is_heard():
    async def behave(made, reader, writer):
        await reader.read(1)
        writer.write(b"HTTP/1.1 413 No\r\nContent-Length: 0\r\n\r\n")
        await writer.drain()
        while await reader.read(65536):
            pass

    async with endpoint(behave) as there:
        assert (await send(there.url(), body=b"x" * 300_000)).status == 413


async def test_an_endpoint_that_reads_nothing_is_given_up():
    async def behave(made, reader, writer):
        writer.transport.pause_reading()
        await asyncio.Event().wait()

    async with endpoint(behave) as there:
        attempt = await send(there.url(), body=b"x" * 50_000_000, seconds=DEADLINE)
    assert (attempt.status, attempt.error) == (None, "no answer within 0.5 s")


async def test_no_bytes_of_an_answer_make_the_sender_raise():
    chance, whole = (
        random.Random(7),
        HEAD + b"Transfer-Encoding: chunked\r\nRetry-After: 5\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
    )

    async def behave(made, reader, writer):
        spoilt = bytearray(whole)
        for _ in range(chance.randint(1, 4)):
            at = chance.randrange(len(spoilt))
            spoilt[at : at + chance.randint(0, 3)] = chance.randbytes(chance.randint(0, 3))
        await answers(bytes(spoilt))(made, reader, writer)

    one = sender(seconds=1)
    async with endpoint(behave) as there:
        for _ in range(200):
            attempt = await one.send(there.url(), {}, BODY)
            assert attempt.status is not None or attempt.error in {BROKEN, NOT_HTTP, NOTHING}


async def test_a_sender_that_is_cancelled_leaves_no_connection():
    async with endpoint(silent()) as there:
        sending = asyncio.create_task(sender().send(there.url(), {}, BODY))
        await asyncio.wait_for(there.came.wait(), 15)
        sending.cancel()
        with pytest.raises(asyncio.CancelledError):
            await sending
        await asyncio.wait_for(there.gone.wait(), 15)


async def test_many_at_once_do_not_wait_for_a_slow_one():
    one = sender()
    async with endpoint(silent()) as slow, endpoint(answers(OK)) as quick:
        held = [asyncio.create_task(one.send(slow.url(), {}, BODY)) for _ in range(50)]
        done = await asyncio.gather(*(one.send(quick.url(), {}, BODY) for _ in range(50)))
        assert all(each.is_taken for each in done)
        assert not any(each.done() for each in held)
        for each in held:
            each.cancel()
        await asyncio.gather(*held, return_exceptions=True)


# --- where it goes -----------------------------------------------------------------------------------------------


async def test_a_name_that_leads_elsewhere_the_second_time_is_asked_once_and_the_guarded_address_is_dialled(
    monkeypatch,
):
    """DNS rebinding: only the first answer counts, and nobody else may look a name up."""

    def forbidden(*_, **__):
        pytest.fail("a name was looked up behind the guard's back")

    names = Names(["127.0.0.1"], ["10.0.0.1"])
    async with endpoint(answers(OK)) as there:
        monkeypatch.setattr(socket, "getaddrinfo", forbidden)
        monkeypatch.setattr(type(asyncio.get_running_loop()), "getaddrinfo", forbidden)
        one = sender(names=names, allow=(HOST, "127.0.0.0/8"))
        assert (await one.send(there.url(), {}, BODY)).is_taken
        monkeypatch.undo()

    assert len(names.asked) == len(there.requests) == 1


@pytest.mark.parametrize("private", ["10.0.0.1", "169.254.169.254", "::1", "::ffff:127.0.0.1", "fe80::1%lo", "0.0.0.0"])
@pytest.mark.parametrize("first", [True, False])
async def test_a_name_with_one_address_that_is_not_allowed_is_not_dialled_at_all(private, first):
    async with endpoint(answers(OK), server_context_of_nobody()) as there:
        found = [private, "127.0.0.1"] if first else ["127.0.0.1", private]
        attempt = await send(there.url("https"), names=Names(found), allow=("127.0.0.0/8",))

    assert attempt.status is None
    assert "TRACKER_OUTGOING_ALLOW" in attempt.error
    assert there.requests == there.sni == []


def server_context_of_nobody():
    return ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)


@pytest.mark.parametrize(
    ("scheme", "host"),
    [("http", HOST), ("https", HOST), ("https", "127.0.0.1"), ("http", "127.0.0.1"), ("https", "localhost")],
)
async def test_nothing_on_this_machine_is_called_unless_it_is_allowed(scheme, host):
    async with endpoint(answers(OK)) as there:
        attempt = await send(there.url(scheme, host), allow=())

    assert attempt.status is None
    assert "TRACKER_OUTGOING_ALLOW" in attempt.error
    assert there.requests == []


@pytest.mark.parametrize(
    "url", ["", "https://user:a-secret-of-the-url@hooks.example.com", "http://2130706433/", "gopher://x"]
)
async def test_a_url_that_would_not_be_taken_today_is_an_error_and_no_call(url):
    names = Names()
    attempt = await send(url, names=names)

    assert (attempt.status, names.asked) == (None, [])
    assert attempt.error.endswith(".")


async def test_an_address_in_the_url_is_dialled_as_it_is():
    names = Names()
    async with endpoint(answers(OK)) as there:
        assert (await send(there.url(host="127.0.0.1"), names=names, allow=("127.0.0.1",))).is_taken
    assert names.asked == []
    assert b"127.0.0.1:%d" % there.port in there.requests[0]


@pytest.mark.skipif(not has_ipv6(), reason="this machine has no IPv6")
async def test_an_ipv6_address_in_the_url_is_dialled_and_named_in_brackets():
    async with endpoint(answers(OK), host="::1") as there:
        assert (await send(there.url(host="[::1]"), allow=("::1",))).is_taken
    assert b"Host: [::1]:%d\r\n" % there.port in there.requests[0]


@pytest.mark.parametrize("answer", [socket.gaierror(-2, "a-secret-of-the-body"), [], OSError("resolver")])
async def test_a_name_that_leads_nowhere_is_an_error(answer):
    attempt = await send("https://hooks.example.com", names=Names(answer))
    assert (attempt.status, attempt.error) == (None, "the host's name could not be resolved")


async def test_a_name_server_that_never_answers_is_given_up():
    attempt = await send("https://hooks.example.com", names=Names("never"), seconds=DEADLINE)
    assert attempt.error == "no connection within 0.5 s"


async def test_resolving_and_answering_have_one_deadline_together():
    async def names(host, port):
        await asyncio.sleep(0.9)
        return ["127.0.0.1"]

    async with endpoint(silent()) as there:
        attempt = await send(there.url(), names=names, seconds=1)
    assert attempt.error.endswith("within 1 s")
    assert attempt.seconds < 1.85


async def test_a_host_where_nobody_listens_is_an_error():
    attempt = await send(f"http://{HOST}:{rig.free_port()}/")
    assert (attempt.status, attempt.error) == (None, "the host could not be reached")


async def test_the_next_address_is_tried_when_nobody_listens_at_the_first():
    async with endpoint(answers(OK)) as there:
        assert (await send(there.url(), names=Names(["::1", "127.0.0.2", "127.0.0.1"]))).is_taken


async def test_a_few_addresses_of_a_name_are_tried_and_no_more():
    async with endpoint(answers(OK)) as there:
        many = [f"127.0.0.{each}" for each in range(2, 2 + MOST_ADDRESSES)]
        assert (await send(there.url(), names=Names([*many, "127.0.0.1"]))).error == "the host could not be reached"
        assert (await send(there.url(), names=Names([*many[1:], "127.0.0.1"]))).is_taken
        # one of the other family stands in for a machine that has no way out by the first
        six = [f"fd00::{each}" for each in range(9)]
        assert (await send(there.url(), names=Names([*six, "127.0.0.1"]), seconds=1)).is_taken


async def test_addresses_that_swallow_everything_share_the_deadline():
    with socket.socket() as full:
        full.bind(("127.0.0.2", 0))
        full.listen(0)
        port = full.getsockname()[1]
        fillers = [socket.socket() for _ in range(4)]
        for each in fillers:
            each.setblocking(False)
            each.connect_ex(("127.0.0.2", port))
        async with endpoint(answers(OK), port=port):
            attempt = await send(f"http://{HOST}:{port}/", names=Names(["127.0.0.2", "127.0.0.1"]), seconds=4)
            alone = await send(f"http://{HOST}:{port}/", names=Names(["127.0.0.2"]), seconds=DEADLINE)
        for each in fillers:
            each.close()

    assert attempt.is_taken
    assert attempt.seconds < 4
    assert alone.error in {"no connection within 0.5 s", "the host could not be reached"}


# --- TLS -----------------------------------------------------------------------------------------------------------


async def test_tls_names_the_host_and_dials_the_address(tmp_path):
    pem, key = certificate()
    async with endpoint(answers(OK), server_context(tmp_path, pem, key)) as there:
        attempt = await send(there.url("https"), trust=trusting(pem))

    assert attempt.is_taken
    assert there.sni == [HOST]
    assert f"Host: {HOST}:{there.port}".encode() in there.requests[0]


async def test_tls_to_an_address_needs_a_certificate_for_the_address(tmp_path):
    for name, taken in (("127.0.0.1", True), (HOST, False)):
        pem, key = certificate(name)
        async with endpoint(answers(OK), server_context(tmp_path, pem, key)) as there:
            attempt = await sender(allow=("127.0.0.1",), trust=trusting(pem)).send(
                there.url("https", "127.0.0.1"), {}, BODY
            )
        assert attempt.is_taken == taken


@pytest.mark.parametrize(
    ("name", "days", "is_known", "why"),
    [
        ("other.example.com", 1, True, "Hostname mismatch"),
        ("example.com", 1, True, "Hostname mismatch"),
        ("*.other.example.com", 1, True, "Hostname mismatch"),
        (HOST, -1, True, "certificate has expired"),
        (HOST, 1, False, "self-signed certificate"),
    ],
)
async def test_a_certificate_that_is_not_right_is_told(tmp_path, name, days, is_known, why):
    pem, key = certificate(name, days=days)
    async with endpoint(answers(OK), server_context(tmp_path, pem, key)) as there:
        attempt = await send(there.url("https"), trust=trusting(pem) if is_known else trusting())

    assert attempt.status is None
    assert attempt.error.startswith("the certificate is not accepted: ")
    assert why in attempt.error.replace("self signed", "self-signed")
    assert there.requests == []


async def test_an_endpoint_that_is_silent_where_tls_begins_is_an_error_and_its_connection_is_closed():
    """httpcore forgets a connection that is given up within TLS: without our closing it, it would stay for ever."""
    async with endpoint(silent()) as there:
        attempt = await send(there.url("https"), seconds=DEADLINE)
        await asyncio.wait_for(there.gone.wait(), 15)
    assert attempt.error == "no answer within 0.5 s"


@pytest.mark.parametrize(
    "hello", [b"HTTP/1.1 400 Bad Request\r\n\r\n", b"", b"\x15\x03\x01\x00\x02\x02\x28", b"\x00" * 99]
)
async def test_a_handshake_that_fails_is_told(hello):
    async def behave(made, reader, writer):
        await reader.read(1)
        writer.write(hello)

    async with endpoint(behave) as there:
        attempt = await send(there.url("https"))
    assert (attempt.status, attempt.error) == (None, "no TLS connection could be made")


async def test_bytes_that_are_no_tls_any_more_break_the_connection(tmp_path):
    pem, key = certificate()
    async with endpoint(spoilt_tls(server_context(tmp_path, pem, key))) as there:
        attempt = await send(there.url("https"), trust=trusting(pem))
    assert (attempt.status, attempt.error) == (None, NOTHING)


async def test_an_answer_without_end_is_cut_within_tls_too(tmp_path):
    pem, key = certificate()
    async with endpoint(answers(HEAD + b"\r\n", then=b"x" * 4096), server_context(tmp_path, pem, key)) as there:
        attempt = await send(there.url("https"), trust=trusting(pem))
        await asyncio.wait_for(there.gone.wait(), 15)
    assert attempt.is_taken


async def test_by_default_the_worlds_certificates_are_trusted_and_the_tests_are_not(tmp_path):
    pem, key = certificate()
    async with endpoint(answers(OK), server_context(tmp_path, pem, key)) as there:
        attempt = await send(there.url("https"), trust=None)
    assert attempt.error.startswith("the certificate is not accepted: ")


# --- Retry-After ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "least", "most"),
    [
        ("0", 0, 0),
        ("120", 120, 120),
        (" 7 ", 7, 7),
        ("999999999", 86_400, 86_400),
        ("Fri, 31 Dec 1999 23:59:59 GMT", 0, 0),
        ("Mon, 01 Jan 0001 00:00:00 +2359", 0, 0),
        ("Fri, 31 Dec 2999 23:59:59 GMT", 86_400, 86_400),
        ("in 60 s", 59, 60),
    ],
)
def test_a_time_to_wait_is_read_in_both_forms_and_bounded(given, least, most):
    if given == "in 60 s":
        given = time.strftime("%a, %d %b %Y %H:%M:%S GMT", time.gmtime(time.time() + 60))
    assert least <= retry_after.read(given) <= most


@pytest.mark.parametrize(
    "given",
    [
        *(
            "",
            "-1",
            "1.5",
            "1e9",
            "nan",
            "inf",
            "9" * 400,
            "٣",
            "soon",
            "Fri",
            "Fri, 99 Dec 2999 99:99:99 GMT",
            "0 0 0",
        ),
        *(
            "Mon, 01 Jan 9999 00:00:00 +9999999999999999999",
            "\x00",
            "1;2",
            ",,,,",
            "a" * 9999,
        ),
    ],
)
def test_what_is_no_time_to_wait_is_none(given):
    assert retry_after.read(given) is None


async def test_an_attempt_tells_the_time_to_wait():
    head = b"HTTP/1.1 503 No\r\nretry-AFTER: 30\r\nRetry-After: 5\r\nContent-Length: 0\r\n\r\n"
    async with endpoint(answers(head)) as there:
        attempt = await send(there.url())
    assert (attempt.status, attempt.retry_after) == (503, 30)
