"""Rows found in the lines of a body, however its parts are cut: NDJSON, CSV, and what is neither."""

from __future__ import annotations

import csv as csv_module
import json

import pytest

from service.bulk.columns import Columns
from service.bulk.csv_rows import CsvRows
from service.bulk.found import Fields
from service.bulk.lines import LONGEST, Lines
from service.bulk.ndjson import NdjsonRows
from service.errors import InvalidRows, MalformedRequest
from service.kinds import shelf

HEADER = b"telephone_number,call_forward,metadata.note\n"


def found(body, finder, size=7):
    """What is found in a body that comes in parts of so many bytes: (line, fields), or (line, what is wrong)."""
    lines, rows = Lines(), []
    parts = [body[at : at + size] for at in range(0, len(body), size)]
    for line in [*(line for part in parts for line in lines.feed(part)), *lines.end()]:
        rows += finder.feed(line)
    rows += finder.end()
    return [(each.line, each.values if isinstance(each, Fields) else each.detail) for each in rows]


def csv(kind="tn-options"):
    return CsvRows(Columns.of(shelf()[kind]))


def details(body, size=7):
    return [(line, what) for line, what in found(body, csv(), size) if isinstance(what, str)]


@pytest.mark.parametrize("size", [1, 3, 1000])
def test_ndjson_is_an_object_in_each_line(size):
    body = b'\xef\xbb\xbf{"a": 1}\r\n\n  \n{"b": "\xc3\xa9"}'
    assert found(body, NdjsonRows(), size) == [(1, {"a": 1}), (4, {"b": "é"})]


@pytest.mark.parametrize(
    ("line", "detail"),
    {
        "no JSON": (
            b"{a}",
            "This row is not JSON: Expecting property name enclosed in double quotes, line 2 column 2.",
        ),
        "no object": (b"[1]", "Give a JSON object."),
        "a name twice": (b'{"a": 1, "a": 2}', "The name 'a' appears twice in one object."),
        "deep": (b"[" * 5000, "The JSON is nested too deeply."),
        "other bytes": (b'{"a": "\xff"}', "This row is not UTF-8: byte 7."),
        "NaN": (b'{"a": NaN}', "NaN is not valid JSON."),
        "huge": (b'{"a": "' + b"x" * LONGEST + b'"}', "This row is longer than 200,000 bytes"),
    }.values(),
)
def test_a_wrong_line_of_ndjson_is_told_and_the_next_one_is_read(line, detail):
    (_, first), (at, told), (last, fields) = found(b'{"a": 1}\n' + line + b'\n{"b": 2}\n', NdjsonRows(), 100_000)
    assert (first, at, last, fields) == ({"a": 1}, 2, 3, {"b": 2})
    assert told.startswith(detail)


@pytest.mark.parametrize("size", [1, 3, 1000])
@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
def test_csv_has_quotes_commas_line_feeds_blank_lines_and_empty_cells(size, end):
    body = b"\xef\xbb\xbf" + HEADER.replace(b"\n", end)
    body += b'2015551234,"604,266",' + end + end
    body += b'"2015551235",,"a ""quote"",' + end + b'and a line"' + end
    body += b",," + end + b"2015551236,,"
    feed = end.decode()
    assert found(body, csv(), size) == [
        (2, {"telephone_number": "2015551234", "call_forward": "604,266"}),
        (4, {"telephone_number": "2015551235", "metadata": {"note": f'a "quote",{feed}and a line'}}),
        (7, {"telephone_number": "2015551236"}),
    ]


def test_formulas_and_nul_in_cells_are_data():
    (row,) = found(HEADER + b'"=HYPERLINK(""x"")",@SUM(1),+\x00\n', csv())
    assert row == (2, {"telephone_number": '=HYPERLINK("x")', "call_forward": "@SUM(1)", "metadata": {"note": "+\0"}})


def test_a_column_inside_a_field_and_one_of_the_callers_own():
    body = b"telephone_number,listing_name.last_name,address.city,metadata.a.b\n2015551234,Smith,Reno,x\n"
    assert found(body, csv("dlda")) == [
        (
            2,
            {
                "telephone_number": "2015551234",
                "listing_name": {"last_name": "Smith"},
                "address": {"city": "Reno"},
                "metadata": {"a.b": "x"},
            },
        )
    ]


def test_wrong_records_are_told_by_their_first_line_and_the_others_are_read():
    body = HEADER + b'1,2\n2015551234,"a\nb" c,\n2015551235,,\n2015551236,\xff,\n2015551237,,\n1,2,3,4\n2,"x'
    rows = found(body, csv())
    assert [line for line, what in rows if not isinstance(what, str)] == [5, 7]
    assert [(line, what[:40]) for line, what in rows if isinstance(what, str)] == [
        (2, "This row has 2 cells, the header names 3"),
        (3, "This row is no CSV: ',' expected after '"),
        (6, "This row is not UTF-8: byte 11."),
        (8, "This row has 4 cells, the header names 3"),
        (9, "This row is no CSV: unexpected end of da"),
    ]


@pytest.mark.parametrize("cell", [b'"', b'"x","'])
def test_a_quote_left_open_takes_no_more_than_one_row_may_be_long(cell):
    line = b"2015551234," + b"y" * 1_000 + b",\n"
    body = HEADER + cell + line * 400
    rows = found(body, csv(), 10_000)
    wrong = [line for line, what in rows if isinstance(what, str)]
    assert wrong[0] == 2
    # what follows is read again
    assert len(rows) - len(wrong) > 100


@pytest.mark.parametrize(
    ("header", "columns"),
    {
        "unknown": (b"telephone_number,smss,x", {"smss", "x"}),
        "twice": (b"telephone_number,sms,sms", {"sms"}),
        "no number": (b"sms", {"telephone_number"}),
        "a list": (b"telephone_number,origination_route_plan.routes", {"origination_route_plan.routes"}),
        "no name behind the dot": (b"telephone_number,metadata.", {"metadata."}),
        "an empty name": (b"telephone_number,", {""}),
    }.values(),
)
def test_every_wrong_column_is_named(header, columns):
    with pytest.raises(InvalidRows) as caught:
        found(header + b"\n2015551234\n", csv())
    assert {each.pointer for each in caught.value.errors} == columns


def test_an_unknown_column_is_told_what_is_close_or_what_there_is():
    with pytest.raises(InvalidRows) as caught:
        found(b"telephone_number,Call_Forward,origination_route_plan.routes\n", csv())
    close, listed = (each.detail for each in caught.value.errors)
    assert close == "Unknown column: did you mean `call_forward`?"
    assert "origination_route_plan" in listed or "NDJSON" in listed


@pytest.mark.parametrize(
    "header", [b"", b"\n\n", b"\xff\xfet\0e\0\n", b'"telephone_number\n', b"x" * (LONGEST + 1), b"a\rb\rc\n"]
)
def test_a_body_without_a_header_is_no_csv(header):
    with pytest.raises(MalformedRequest, match="its first line must name the columns"):
        found(header, csv(), 50_000)


def test_a_header_of_a_thousand_columns_is_refused_at_once():
    with pytest.raises(InvalidRows, match="at most 100"):
        found(b",".join(b"c%d" % at for at in range(1_000)) + b"\n", csv(), 10_000)


def test_a_record_that_stays_open_is_read_again_only_when_twice_as_much_is_there(monkeypatch):
    read, reader = [], csv_module.reader

    def counted(texts, **options):
        return reader((read.append(each) or each for each in texts), **options)

    monkeypatch.setattr(csv_module, "reader", counted)
    lines = 20_000
    found(HEADER + b'2015551234,,"' + b'""\n' * lines, csv(), 1_000)

    assert len(read) < 5 * lines


def test_json_rows_are_told_apart_from_the_body():
    assert found(json.dumps([1]).encode(), NdjsonRows()) == [(1, "Give a JSON object.")]
