"""Server-sent events, as the HTML standard has them."""

from __future__ import annotations

import pytest

from service.client import UnexpectedAnswer
from service.client.server_events import Parser


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"])
@pytest.mark.parametrize("size", [1, 2, 3, 1000])
def test_a_stream_is_read_whatever_its_line_ends_and_wherever_its_pieces_break(end, size):
    lines = [b": hello", b"retry: 250", b"id: 1", b"event: a", b"data: one", b"data:two", b"", b"data: three", b"", b""]
    whole = end.join([*lines, b""]) + b": more"
    parser, found = Parser(), []
    for at in range(0, len(whole), size):
        found += parser.feed(whole[at : at + size])
    assert [(each.type, each.data, each.id) for each in found] == [("a", "one\ntwo", "1"), ("message", "three", "1")]
    assert parser.retry == 0.25


def test_a_block_without_data_is_no_event_and_moves_the_id():
    parser = Parser(id="1")
    assert list(parser.feed(b"id: 2\nevent: nothing\n\n")) == []
    assert parser.id == "2"


@pytest.mark.parametrize("line", [b"id: a\0b", b"retry: soon", b"unknown: x", b"retry: -1", b"no colon"])
def test_lines_that_mean_nothing_are_passed_over(line):
    parser = Parser(id="1")
    assert [each.data for each in parser.feed(line + b"\ndata: x\n\n")] == ["x"]
    assert (parser.id, parser.retry) == ("1", None)


def test_text_that_is_no_utf_8_is_read_all_the_same():
    (event,) = Parser().feed(b"data: \xff\n\n")
    assert event.data == "\ufffd"


@pytest.mark.parametrize("piece", [b"data: " + b"x" * 600_000, b"data: " + b"x" * 600_000 + b"\n"])
def test_an_event_without_an_end_is_given_up(piece):
    parser = Parser()
    assert list(parser.feed(piece)) == []
    with pytest.raises(UnexpectedAnswer, match="without an end"):
        list(parser.feed(piece))
