from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service import xml

BILLION_LAUGHS = b"""<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY lol "lol">
<!ENTITY lol1 "&lol;&lol;&lol;&lol;&lol;&lol;&lol;&lol;&lol;&lol;">
<!ENTITY lol2 "&lol1;&lol1;&lol1;&lol1;&lol1;&lol1;&lol1;&lol1;&lol1;&lol1;">
]><TnOptionOrder>&lol2;</TnOptionOrder>"""


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(BILLION_LAUGHS, id="billion laughs"),
        pytest.param(b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>', id="external entity"),
        pytest.param(b'<!DOCTYPE a SYSTEM "http://127.0.0.1:1/a.dtd"><a/>', id="external DTD"),
        pytest.param(b'<!DOCTYPE a [<!ENTITY % p SYSTEM "http://127.0.0.1:1/p"> %p;]><a/>', id="parameter entity"),
        pytest.param(b"<!DOCTYPE html><html/>", id="page"),
        pytest.param(b"<a>&unknown;</a>", id="undefined entity"),
        pytest.param(b'<?xml version="1.0" encoding="utf-99"?><a/>', id="unknown encoding"),
        pytest.param(b'<?xml version="1.0" encoding="UTF-8"?><a>\xff\xfe</a>', id="wrong encoding"),
        pytest.param("<a>é</a>".encode("latin-1"), id="latin-1 without saying so"),
        pytest.param(b"<a>" * 400 + b"</a>" * 400, id="too deep"),
        pytest.param(b"<a>\x00</a>", id="NUL"),
        pytest.param(b"<a/><b/>", id="two roots"),
        pytest.param(b"<a><b></a>", id="not well-formed"),
        pytest.param(b"", id="empty"),
        pytest.param(b"   ", id="blank"),
        pytest.param(b'{"json": true}', id="JSON"),
    ],
)
def test_what_cannot_be_trusted_or_read_is_refused(body):
    with pytest.raises(xml.UnreadableXml):
        xml.parse(body)


@given(st.binary(max_size=200))
def test_any_bytes_are_a_document_or_unreadable(body):
    with suppress(xml.UnreadableXml):
        xml.parse(body)
    assert isinstance(xml.masked(body, {"PortOutPasscode"}), str)


def test_two_hundred_thousand_elements_are_read():
    root = xml.parse(b"<a>" + b"<b/>" * 200_000 + b"</a>")
    assert len(root) == 200_000


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "iso-8859-1"])
def test_a_declared_encoding_is_followed(encoding):
    body = f'<?xml version="1.0" encoding="{encoding}"?><a>é</a>'.encode(encoding)
    assert xml.text(xml.parse(body)) == "é"


def test_comments_instructions_and_namespaces_do_not_matter():
    root = xml.parse(b'<x:A xmlns:x="urn:x"><!-- no --><?no no?><x:orderId> 7 </x:orderId></x:A>')
    assert xml.name(root) == "a"
    assert xml.text(root, "OrderId") == "7"


def test_a_missing_or_empty_element_has_no_text():
    root = xml.parse(b"<A><B/><C> </C></A>")
    assert [xml.text(root, each) for each in ("B", "C", "D")] == [None, None, None]
    assert xml.text(root, "D", "E") is None
    assert xml.child(None, "A") is None


def test_wrapped_and_bare_are_alike():
    for body in (b"<Order><Id>1</Id></Order>", b"<OrderResponse><order><Id>1</Id></order></OrderResponse>"):
        assert xml.text(xml.descend(xml.parse(body), "Order"), "Id") == "1"
    assert xml.descend(xml.parse(b"<html/>"), "Order") is None


def test_a_document_is_written_with_the_declaration_of_the_samples():
    written = xml.write(xml.element("A", xml.element("B", "<&>"), None))
    assert written == (b"<?xml version='1.0' encoding='UTF-8' standalone='yes'?>\n<A><B>&lt;&amp;&gt;</B></A>")


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"<A><PortOutPasscode>a1b2c3</PortOutPasscode></A>", id="as published"),
        pytest.param(b"<A><portoutpasscode>a1b2c3</portoutpasscode></A>", id="other case"),
        pytest.param(b'<x:A xmlns:x="u"><x:PortOutPasscode> a1b2c3 </x:PortOutPasscode></x:A>', id="namespace"),
        pytest.param(b"<A><PortOutPasscode><b>a1b2c3</b></PortOutPasscode></A>", id="nested"),
        pytest.param(b"<A><PortOutPasscode>a1b2c3</PortOutPasscode><TnOptionGr", id="cut off behind it"),
        pytest.param(b"<A><x:PortOutPasscode a='1'>a1b2c3", id="cut off in it"),
    ],
)
def test_a_secret_is_masked(body):
    kept = xml.masked(body, {"PortOutPasscode"})
    assert "a1b2c3" not in kept
    assert xml.MASK in kept


def test_unreadable_bytes_are_kept_short_and_without_nul():
    kept = xml.masked(b"\x00\xff" * 2000, ())
    assert len(kept) <= 1000
    assert "\x00" not in kept
