"""Times as callers write them."""

from __future__ import annotations

import pytest

from service import times


@pytest.mark.parametrize(
    ("text", "milliseconds"),
    [
        ("1970-01-01T00:00:00Z", 0),
        ("1970-01-01T01:00:00+01:00", 0),
        ("1969-12-31 19:00:01.5-05:00", 1_500),
        ("2026-01-31t12:00:00.123z", 1_769_860_800_123),
        ("1970-01-01T00:00:00.0001Z", 1),
        ("1970-01-01T00:00:00.001000Z", 1),
        ("1969-12-31T23:59:59.9999Z", 0),
        ("0001-01-01T00:00:00+23:59", -62_135_683_140_000),
        ("9999-12-31T23:59:59.999999-23:59", 253_402_387_140_000),
    ],
)
def test_a_time_with_its_zone_is_read_and_rounded_up_to_a_millisecond(text, milliseconds):
    assert times.parse(text) == milliseconds


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            "now",
            "2026-01-31",
            "2026-01-31T12:00Z",
            "2026-01-31T12:00:00",
            "20260131T120000Z",
            "2026-W05-6T12:00:00Z",
        ),
        *("2026-01-31T12:00:00Z\0", "2026-01-31T12:00:00Z\n", " 2026-01-31T12:00:00Z", "2026-01-31T12:00:00 01:00"),
        *("\uff12026-01-31T12:00:00Z", "2026-01-31T12:00:00,5Z", "2026-01-31T12:00:00." + "1" * 10 + "Z"),
    ],
)
def test_anything_else_is_refused_with_what_to_give(text):
    with pytest.raises(ValueError, match="is not a time with its zone: give one such as"):
        times.parse(text)


@pytest.mark.parametrize(
    "text", ["2026-02-30T12:00:00Z", "2026-01-31T24:00:00Z", "0000-01-01T00:00:00Z", "2026-01-31T12:00:00+24:00"]
)
def test_a_time_that_never_is_is_refused(text):
    with pytest.raises(ValueError, match="no calendar and no clock"):
        times.parse(text)
