"""Sealed texts open in their own place under their own key, and nowhere else."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.sealing import Sealer, hide, reveal

KEY, OTHER = "ab" * 32, "ac" * 32
SECRET = frozenset({"code"})


@given(st.text(), st.text())
@settings(max_examples=50, deadline=None, database=None)
def test_a_text_opens_as_it_was(text, place):
    assert Sealer(KEY).open(Sealer(KEY).seal(text, place), place) == text


def test_a_text_opens_for_no_other_order_and_under_no_other_key():
    sealed = Sealer(KEY).seal("a1b2c3", "order-1")

    for sealer, place in ((Sealer(KEY), "order-2"), (Sealer(OTHER), "order-1"), (Sealer(KEY), "")):
        with pytest.raises(ValueError, match="TRACKER_SECRET_KEY"):
            sealer.open(sealed, place)


def test_a_text_that_was_changed_or_cut_does_not_open():
    raw = base64.b64decode(Sealer(KEY).seal("a1b2c3", "order-1"))
    changed = [raw[:at] + bytes([raw[at] ^ 1]) + raw[at + 1 :] for at in range(len(raw))]

    for each in (*changed, raw[:-1], raw[:12], raw[:5], b""):
        with pytest.raises(ValueError, match=r".+"):
            Sealer(KEY).open(base64.b64encode(each).decode(), "order-1")
    with pytest.raises(ValueError, match=r".+"):
        Sealer(KEY).open("not base64!", "order-1")


def test_the_same_text_is_never_sealed_alike_and_does_not_show():
    sealed = {Sealer(KEY).seal("a1b2c3", "order-1") for _ in range(100)}

    assert len(sealed) == 100
    assert not [each for each in sealed if b"a1b2c3" in base64.b64decode(each)]


def test_a_fingerprint_tells_parts_and_keys_apart():
    of = Sealer(KEY).fingerprint
    told = {of(b"ab", b"c"), of(b"a", b"bc"), of(b"abc"), of(b"abc", b""), of(), Sealer(OTHER).fingerprint(b"abc")}

    assert len(told) == 6
    assert of(b"ab", b"c") == Sealer(KEY).fingerprint(b"ab", b"c")


def test_what_is_hidden_is_masked_wherever_it_stands_and_comes_back():
    request = {"code": "a", "groups": [{"code": "b", "x": [{"code": "c"}]}, {"x": "code"}], "n": 1}

    shown, held = hide(request, SECRET)

    assert shown == {"code": "*" * 8, "groups": [{"code": "*" * 8, "x": [{"code": "*" * 8}]}, {"x": "code"}], "n": 1}
    assert sorted(held.values()) == ["a", "b", "c"]
    assert reveal(shown, SECRET, held) == request
    assert reveal(shown, SECRET, {})["code"] == "unchanged"


def test_a_sealer_shows_nothing_of_its_key():
    assert KEY not in repr(Sealer(KEY))
