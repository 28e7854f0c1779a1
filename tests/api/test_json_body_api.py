"""Hostile JSON over the wire: a clear problem document, never a crash, a hang or a leak."""

from __future__ import annotations

import asyncio
import contextlib
import json
import time

import httpx
import pytest
import rig
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from service import strict_json, web, wiring
from service.errors import MalformedRequest

NUMBERS = {"telephone_numbers": ["2015551234"], "sms": "on"}


async def post(world, content, **headers):
    headers = {"Content-Type": "application/json", **headers}
    return await world.api.post(f"{world.orders}/tn-options", content=content, headers=headers)


async def test_what_is_no_json_that_two_readers_understand_alike_is_400(world):
    whole = json.dumps({"groups": [NUMBERS]})
    hostile = {
        "nothing": b"",
        "blanks": b" \r\n",
        "cut off": whole[:-1],
        "two values": whole * 2,
        "a comma too many": whole.replace("}]", "},]"),
        "single quotes": whole.replace('"', "'"),
        "not utf-8": whole.replace("on", "\u00e9").encode("latin-1"),
        "overlong utf-8": b'{"a": "\xc0\x80"}',
        "utf-8 of a surrogate": b'{"a": "\xed\xa0\x80"}',
        "utf-16": whole.encode("utf-16"),
        "a byte order mark": b"\xef\xbb\xbf" + whole.encode(),
        "a NUL between": whole.replace(" ", "\x00"),
        "a NUL in a string": '{"a": "\x00"}',
        "a line feed in a string": '{"a": "\n"}',
        "NaN": '{"groups": NaN}',
        "Infinity": '{"groups": [-Infinity]}',
        "10**5000": '{"groups": 1' + "0" * 5000 + "}",
        "a name twice": '{"groups": [], "groups": []}',
        "a name twice, inside": '{"groups": [{"sms": "on", "s\\u006ds": "off"}]}',
        "a surrogate twice": '{"\\ud800": 1, "\\ud800": 2}',
        "deep lists": "[" * 100_000,
        "deep and whole": '{"groups": ' + "[" * 800 + "]" * 800 + "}",
        "deep objects": '{"groups":' * 500 + "1" + "}" * 500,
    }

    for name, body in hostile.items():
        answer = await post(world, body)
        assert (answer.status_code, answer.json()["type"]) == (400, "/problems/malformed-request"), name


async def test_an_empty_body_is_called_so_and_what_is_expected_is_said(world):
    for body in (b"", b" \r\n"):
        answer = await post(world, body)
        assert answer.status_code == 400
        assert answer.json()["detail"].startswith(
            "The body is empty: send a JSON object, with the fields that /docs shows"
        )


async def test_a_name_that_stands_twice_is_told_in_time_however_many_names_there_are(world):
    body = "{" + "".join(f'"{at}":1,' for at in range(150_000)) + '"z":1,"z":2}'
    began = time.monotonic()

    answer = await post(world, body)

    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (400, "")
    assert time.monotonic() - began < 10


async def test_json_that_is_no_order_is_422_and_names_the_fields(world):
    bodies = ["[]", '"text"', "1", "null", "true", "1e400", "{}", '{"groups": {}}', '{"groups": 1e400}']
    bodies += [
        '{"groups": [1, "x", null, []]}',
        '{"groups": [{"telephone_numbers": {"0": "2015551234"}, "sms": "on"}]}',
    ]
    bodies += ['{"groups": [{"telephone_numbers": [2015551234], "sms": "on"}]}', '{"\\ud800": 1}', '{"a/b~c": 1}']
    bodies += [json.dumps({"groups": [NUMBERS | {"nnid": 10**400}]}), '{"groups": "\\u0000\\ud800"}']
    bodies += [json.dumps({"groups": [NUMBERS | {"sms": value}]}) for value in ("\x00", "\ud800", 1, [], {}, "on\r\n")]
    for field in ("customer_order_id", "metadata"):
        values = [
            "a\r\nSet-Cookie: x=y",
            "\x00",
            "\ud800",
            5,
            [],
            {"k": "\x1b[31m"},
            {"k": 1},
            {"\x00": "v"},
            "x" * 600,
        ]
        bodies += [json.dumps({"groups": [NUMBERS], field: value}) for value in values if field != "metadata" or value]

    for body in bodies:
        answer = await post(world, body)
        assert (answer.status_code, answer.json()["type"]) == (422, "/problems/invalid-order"), body
        for error in answer.json()["errors"]:
            assert set(error) == {"pointer", "detail", "code"}
            assert error["pointer"] == "" or error["pointer"].startswith("/"), body


async def test_every_wrong_field_is_told_at_once_in_the_order_of_the_body(world):
    groups = [
        {"telephone_numbers": ["2015551234", "x", "2015551234"], "sms": "maybe", "port_out_passcode": "zq7-secret"},
        {"telephone_numbers": [], "colour": "red"},
    ]

    answer = await post(world, json.dumps({"customer_order_id": "a_b", "groups": groups}))

    assert answer.status_code == 422
    assert [(each["pointer"], each["code"]) for each in answer.json()["errors"]] == [
        ("/customer_order_id", "5052"),
        ("/groups/0/telephone_numbers/1", "5070"),
        ("/groups/0/telephone_numbers/2", "5072"),
        ("/groups/0/sms", "5113"),
        ("/groups/0/port_out_passcode", "5193"),
        ("/groups/1/telephone_numbers", "5073"),
        ("/groups/1/colour", None),
    ]
    assert "zq7" not in answer.text


async def test_ten_thousand_numbers_are_422_with_bandwidths_code_and_five_thousand_are_taken(world):
    numbers = [str(2_015_550_000 + at) for at in range(10_001)]

    for count in (10_001, 10_000, 5_001):
        answer = await post(world, json.dumps({"groups": [{"telephone_numbers": numbers[:count], "sms": "on"}]}))
        assert answer.status_code == 422
        assert [(each["pointer"], each["code"]) for each in answer.json()["errors"]] == [("/groups", "5095")]
    taken = await world.submit([{"telephone_numbers": numbers[:5_000], "sms": "on"}])
    assert taken["counts"]["total"] == 5_000


async def test_a_number_named_twice_in_other_notations_and_groups_is_5072(world):
    groups = [NUMBERS, {"telephone_numbers": ["2015551235", "+1 (201) 555-1234"], "sms": "off"}]

    answer = await post(world, json.dumps({"groups": groups}))

    found = [(each["pointer"], each["code"]) for each in answer.json()["errors"]]
    assert (answer.status_code, found) == (422, [("/groups/1/telephone_numbers/1", "5072")])


async def test_another_media_type_and_a_compressed_body_are_415(world):
    body = json.dumps({"groups": [NUMBERS]})
    wrong = [{"Content-Type": each} for each in ("", "text/plain", "application/xml", "application/json-patch+json")]
    wrong += [{"Content-Encoding": each} for each in ("gzip", "br", "identity, gzip", "nonsense", "")]

    for headers in wrong:
        answer = await post(world, body, **headers)
        assert (answer.status_code, answer.json()["type"]) == (415, "/problems/unsupported-media-type"), headers
    for media in ("application/json; charset=utf-8", "APPLICATION/JSON"):
        assert (await post(world, body, **{"Content-Type": media})).status_code == 202


async def test_a_body_over_the_cap_is_413_with_and_without_a_length_and_a_slow_one_408(valkey):
    async def stopping():
        yield b"{"
        await asyncio.Event().wait()

    async with rig.world(valkey.url, max_body_bytes=1000, body_seconds=0.2) as world:
        large = json.dumps({"groups": [NUMBERS], "metadata": {str(at): "x" * 100 for at in range(20)}}).encode()

        async def parts():
            yield large

        for content in (large, parts()):
            answer = await post(world, content)
            assert (answer.status_code, answer.json()["type"]) == (413, "/problems/body-too-large")
        url = world.api.base_url
        reader, writer = await asyncio.open_connection(url.host, url.port)
        head = f"POST {world.orders}/tn-options HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer {rig.TOKEN}\r\n"
        writer.write(f"{head}Content-Type: application/json\r\nContent-Length: 5\r\n\r\n{{".encode())
        answer = await asyncio.wait_for(reader.read(), 5)
        writer.close()
        assert answer.startswith(b"HTTP/1.1 408 ")
        assert b"/problems/request-timeout" in answer


ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=15,
)
FIELDS = ["sms", "call_forward", "nnid", "port_out_passcode", "a2p_settings", "origination_route_plan", "rewrite_user"]
GROUP = st.dictionaries(st.sampled_from([*FIELDS, "espid", "protected", "final_destination_uri"]), ANY, max_size=4)
NEARLY = st.fixed_dictionaries(
    {"groups": st.lists(st.one_of(ANY, GROUP.map(lambda more: NUMBERS | more)), max_size=3)},
    optional={"metadata": ANY, "customer_order_id": ANY, "groups ": ANY},
)


def test_arbitrary_json_never_gives_a_500(valkey):
    account = rig.new_account()
    tracker = rig.settings_for(valkey.url, account)
    app = web.application(tracker)
    with asyncio.Runner() as runner:
        app.state.desk = wiring.build(tracker)
        client = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://tests")
        headers = {"Authorization": f"Bearer {rig.TOKEN}", "Content-Type": "application/json"}

        async def send(body):
            path = f"/v1/accounts/{account}/orders/tn-options"
            return await client.post(path, content=body, headers=headers | {"Idempotency-Key": str(hash(body))})

        @settings(max_examples=150, deadline=None, database=None, suppress_health_check=list(HealthCheck))
        @given(NEARLY | ANY)
        def never(body):
            answer = runner.run(send(json.dumps(body).encode()))
            assert answer.status_code in {202, 400, 422}
            answer.json()

        never()
        runner.run(client.aclose())
        runner.run(app.state.desk.close())


@settings(max_examples=300, deadline=None, database=None)
@given(st.binary(max_size=60) | ANY.map(lambda value: json.dumps(value)[:-1].encode()) | st.text().map(str.encode))
def test_arbitrary_bytes_are_parsed_or_refused(body):
    with contextlib.suppress(MalformedRequest):
        strict_json.parse(body)


@pytest.mark.parametrize("depth", [strict_json.DEEPEST - 1, strict_json.DEEPEST + 1])
def test_nesting_is_bounded_by_us_and_not_by_the_interpreter(depth):
    body = b"[" * depth + b"]" * depth
    if depth < strict_json.DEEPEST:
        strict_json.parse(body)
    else:
        with pytest.raises(MalformedRequest, match="deeply"):
            strict_json.parse(body)
