"""Bodies of many rows that are meant badly: huge, in other encodings, nested, made of numbers or of nothing."""

from __future__ import annotations

import json

import pytest
import rig
from bulk_steps import NUMBERS, accept, batch, orders, rows, send, submit

from service.bulk.lines import LONGEST

MIB = 1024 * 1024


async def refused(world, body, status, **more):
    answer = await send(world, body, **more)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    listed = await world.api.get(f"/v1/accounts/{world.account}/batches")
    assert listed.json()["batches"] == []
    return answer.json()


async def test_a_body_of_one_byte_too_many_is_413_and_makes_nothing(target):
    body = b" " * (20_000_000 - 60) + b"\n" + rows(NUMBERS[:1])
    problem = await refused(target, body + b" " * (20_000_001 - len(body)), 413)
    assert "20000000 bytes" in problem["detail"]


async def test_a_hundred_thousand_and_one_numbers_are_413_however_they_are_written(target):
    numbers = [f"201{at:07d}" for at in range(2_000_000, 2_100_001)]
    lists = [
        json.dumps({"telephone_numbers": numbers[at : at + 5_000], "sms": "on"}) for at in range(0, 100_001, 5_000)
    ]
    problem = await refused(target, "\n".join(lists).encode(), 413)
    assert problem["detail"] == "The body has more than 100,000 rows and numbers: split it."
    await refused(target, b"1\n" * 100_001, 413, on_errors="reject")


ENCODED = {
    "UTF-16": ('{"telephone_number": "2015551234", "sms": "on"}'.encode("utf-16"), "not UTF-8"),
    "Latin-1": (b'{"telephone_number": "2015551234", "rewrite_user": "\xe9"}', "not UTF-8"),
    "an overlong character": (b'{"sms": "\xc0\xaf"}', "not UTF-8"),
    "a lone surrogate": (b'{"telephone_number": "2015551234", "rewrite_user": "\\ud800"}', None),
    "NUL": (b'{"telephone_number": "2015551234", "rewrite_user": "a\\u0000"}', None),
    "NUL outside": (b"\x00\n", "not JSON"),
    "deep": (b'{"telephone_number": ' + b"[" * 90_000 + b"]" * 90_000 + b"}", "nested too deeply"),
    "a huge line": (b'{"telephone_number": "' + b"1" * LONGEST + b'"}', "longer than 200,000 bytes"),
    "a huge number": (b'{"telephone_number": ' + b"1" * 5_000 + b"}", "cannot be read"),
    "a name twice": (b'{"sms": "on", "sms": "off"}', "appears twice"),
    "a list": (b'["2015551234"]', "Give a JSON object"),
    "many wrong fields": (json.dumps({f"x{at}": at for at in range(1_900)}).encode(), "Unknown field"),
    "more wrong fields": (json.dumps({f"x{at}": at for at in range(5_000)}).encode(), "Leave out"),
    "more routes": (
        b'{"telephone_number": "2015551234", "origination_route_plan": {"routes": [%s]}}' % b",".join([b"{}"] * 66_000),
        "Leave out",
    ),
    "groups": (b'{"groups": [{"telephone_numbers": ["2015551234"], "sms": "on"}]}', None),
    "somebody else's id": (b'{"telephone_number": "2015551234", "sms": "on", "batch": "x", "ordinal": 1}', None),
}


@pytest.mark.parametrize(("row", "said"), ENCODED.values(), ids=ENCODED)
async def test_a_hostile_row_is_told_and_the_others_are_taken(target, row, said):
    made = await submit(target, row + b"\n" + rows(NUMBERS[:1]))

    assert (made["rows"]["wrong"], made["rows"]["valid"]) == (made["rows"]["total"] - 1, 1)
    assert len(made["errors"]) <= 10
    assert said is None or said in made["errors"][0]["detail"]


async def test_formulas_and_html_are_data_and_come_back_as_they_were(target):
    body = b'telephone_number,sms,metadata.note\n2015551234,on,"=HYPERLINK(""//x"",<b>)"\n'
    made = await submit(target, body, media="text/csv")
    await accept(target)
    (order,) = await orders(target, made)
    assert order["metadata"] == {"note": '=HYPERLINK("//x",<b>)'}


@pytest.mark.parametrize("cell", ['"', '""', "a\tb", "=1+1|cmd", "\u202e2015551234", "2015551234;DROP"])
async def test_a_hostile_number_in_csv_is_wrong_in_its_own_row(target, cell):
    body = f"telephone_number,sms\n2015551234,on\n{cell},on\n".encode()
    made = await submit(target, body, media="text/csv")
    assert made["rows"]["valid"] == 1
    assert {each["line"] for each in made["errors"]} <= {3}


async def test_an_upload_that_breaks_off_makes_nothing_and_its_key_is_free(target):
    host = target.api.base_url.host
    head = f"POST {target.orders}/tn-options/bulk HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {rig.TOKEN}\r\n"
    head += "Content-Type: application/x-ndjson\r\nIdempotency-Key: a-key\r\nContent-Length: 5000\r\n\r\n"
    import asyncio  # noqa: PLC0415

    _, writer = await asyncio.open_connection(host, target.api.base_url.port)
    writer.write(head.encode() + rows(NUMBERS[:3]))
    await writer.drain()
    writer.close()

    made = await submit(target, rows(NUMBERS[:3]))
    assert (await batch(target, made))["rows"]["total"] == 3
    listed = (await target.api.get(f"/v1/accounts/{target.account}/batches")).json()["batches"]
    assert len(listed) == 1
