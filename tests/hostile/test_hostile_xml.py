"""XML that is meant badly, at the callbacks' door and wherever a document is read or kept."""

from __future__ import annotations

import json
import time

import pytest
import rig
from hypothesis import example, given, settings
from hypothesis import strategies as st
from raw_door import NUMBER, PASSCODE

from service import answers, xml
from service.asking import Useless
from service.bandwidth import number_document
from service.carrier_words import milliseconds
from service.exchange import Answer
from service.kinds import lidb, tn_options
from service.kinds.location_failover import peer_xml
from service.order import Found
from service.order_resource import adoption, history, listing
from service.times import iso

HTML = "&lt;script&gt;alert(1)&lt;/script&gt;"


async def test_text_of_a_callback_comes_back_as_data(target):
    order = await target.submit([{"telephone_numbers": ["2015550120"], "sms": "on"}])
    order = await target.until(order["id"], "processing")
    told = f"<OrderId>{order['bandwidth_order_id']}</OrderId><Status>{HTML}</Status><Message>{HTML}&#10;x</Message>"

    assert (await target.callback(f"<Notification>{told}</Notification>")).status_code == 200
    assert (await target.callback(f"<Notification>{told}<Note>{HTML}\u202e</Note></Notification>")).status_code == 200

    answer = await target.api.get(order["links"]["timeline"])
    assert (answer.headers["content-type"], answer.headers["x-content-type-options"]) == ("application/json", "nosniff")
    said = [each for each in answer.json()["timeline"] if each.get("source") == "callback"]
    assert sum("<script>alert(1)</script>" in each.values() for each in said) == 2, said


async def test_what_is_refused_is_logged_without_secrets_and_on_one_line(target, lines):
    path = f"/callbacks/bandwidth/{target.account}/{rig.SEGMENT}"
    bodies = [
        f"<Order><PortOutPasscode>{PASSCODE}</PortOutPasscode><A>{NUMBER}</A></Order>",
        f"<Order><PortOutPasscode><![CDATA[{PASSCODE}]]></PortOutPasscode>(201) 555-1234",
        f"<x{NUMBER}/>",
        f"<a><x{NUMBER}></a>",
        f"<Notification>&x{NUMBER};</Notification>",
        f"<html>&lt;PortOutPasscode&gt;{PASSCODE}&lt;/PortOutPasscode&gt;",
        '<Notification>\r\n{"event": "forged"}\u2028\x1b[31m',
    ]
    for body in bodies:
        assert (await target.callback(body)).status_code == 400
        headers = {"Content-Type": "application/json"}
        answer = await target.api.post(path, content=json.dumps({NUMBER: body}), auth=rig.CALLBACK, headers=headers)
        assert answer.status_code == 400
    twice = f'{{"a": {{"{NUMBER}": 1, "{NUMBER}": 2}}}}'
    assert (await target.api.post(path, content=twice, auth=rig.CALLBACK, headers=headers)).status_code == 400

    assert lines.getvalue().count('"callback.refused"') == 2 * len(bodies) + 1


async def test_a_number_where_a_word_belongs_is_masked_in_the_log(target, lines):
    told = f"<OrderId>b</OrderId><OrderType>{NUMBER}</OrderType><Status>{NUMBER}</Status>"

    assert (await target.callback(f"<Notification>{told}</Notification>")).status_code == 200

    assert "201*****34" in lines.getvalue()


def test_a_document_of_more_tags_than_any_is_refused_before_it_is_read():
    body = b"<a>" + b"<b/>" * 1_000_000 + b"</a>"
    began = time.process_time()

    with pytest.raises(xml.UnreadableXml, match="tags"):
        xml.parse(body)

    assert time.process_time() - began < 0.2


SHOWN = [
    f"<A><PortOutPasscode a='{PASSCODE}'>{PASSCODE}</PortOutPasscode></A>",
    f"<A><PortOutPasscode><b>{PASSCODE}</b><![CDATA[{PASSCODE}]]></PortOutPasscode></A>",
    f"<A>&lt;PortOutPasscode&gt;{PASSCODE}&lt;/PortOutPasscode&gt;</A>",
    f"<A>&lt;x:portoutpasscode a=&quot;1&quot;&gt;{PASSCODE}",
    f"<A><PortOutPasscode><![CDATA[{PASSCODE}]]></PortOutPasscode>",
    f"<A><PortOutPasscode><!-- {PASSCODE} --><b>{PASSCODE}</b>{PASSCODE}",
    f"<html>&lt;PortOutPasscode&gt;{PASSCODE}",
]


@pytest.mark.parametrize("body", SHOWN + [each + "</A>" for each in SHOWN[3:4]])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_secret_is_masked_however_it_is_shown(body, encoding):
    kept = xml.masked(body.encode(encoding), {"PortOutPasscode"})

    assert PASSCODE not in kept
    assert xml.MASK in kept


def test_masking_takes_time_in_proportion():
    body = f"<A>{'&lt;PortOutPasscode ' * 50_000}{'&lt;aaaa' * 50_000}</A>".encode()
    began = time.process_time()

    xml.masked(body, {"PortOutPasscode"})

    assert time.process_time() - began < 3


def test_nothing_takes_more_time_than_in_proportion_to_the_elements():
    """Each element of 8,000 stands beside all others: whoever looked at the others for each would take minutes."""
    entries = "".join(f"<OrderIdUserIdDate><OrderId>b-{at}</OrderId></OrderIdUserIdDate>" for at in range(8_000))
    several = "".join(f"<a{at}>1</a{at}>" for at in range(8_000))
    body = f"<ListOrderIdUserIdDate>{entries}</ListOrderIdUserIdDate>".encode()
    peer = xml.parse(f"<SipPeer>{several}</SipPeer>".encode())
    began = time.process_time()

    told = [*map(lidb._AT_BANDWIDTH.read_entry, xml.parse(body))]
    lost = peer_xml.lost(peer, peer)
    details = number_document.read(xml.parse(f"<TelephoneNumberDetails>{several}</TelephoneNumberDetails>".encode()))

    assert time.process_time() - began < 6
    assert (len(told), lost, details.full_number) == (8_000, (), None)


@pytest.mark.parametrize(
    ("numbers", "option", "is_taken"), [(5_000, "on", True), (5_001, "on", False), (1, "o" * 5_000_000, False)]
)
def test_an_order_placed_elsewhere_that_is_larger_than_any_is_not_adopted(numbers, option, is_taken):
    told = "".join(f"<TelephoneNumber>{2_015_550_000 + at}</TelephoneNumber>" for at in range(numbers))
    group = f"<TnOptionGroup><Sms>{option}</Sms><TelephoneNumbers>{told}</TelephoneNumbers></TnOptionGroup>"
    order = f"<TnOptionOrder><OrderId>b</OrderId><TnOptionGroups>{group}</TnOptionGroups></TnOptionOrder>"
    talk = adoption.adopt(tn_options._AT_BANDWIDTH, "1", "b")
    next(talk)

    with pytest.raises(StopIteration) as end:
        talk.send(Answer(200, {}, order.encode(), 0.0))

    assert isinstance(end.value.value, Found if is_taken else Useless)


def test_of_a_list_without_an_end_some_are_read_and_it_is_no_whole_one():
    entries = "".join(f"<OrderIdUserIdDate><OrderId>b-{at}</OrderId></OrderIdUserIdDate>" for at in range(2_001))
    talk = listing.list_entries(lidb._AT_BANDWIDTH, "1", {})
    next(talk)

    with pytest.raises(StopIteration) as end:
        talk.send(Answer(200, {}, f"<ListOrderIdUserIdDate>{entries}</ListOrderIdUserIdDate>".encode(), 0.0))

    assert (len(end.value.value.elements), end.value.value.whole) == (2_000, False)


def test_the_newest_of_a_history_without_an_end_are_told():
    entries = "".join(
        f"<OrderHistory><Note>{at}</Note><OrderDate>2026-01-01T00:{at // 60:02}:{at % 60:02}Z</OrderDate></OrderHistory>"  # noqa: E501
        for at in range(3_000)
    )
    reply = Answer(200, {}, f"<OrderHistoryWrapper>{entries}</OrderHistoryWrapper>".encode(), 0.0)
    told = history.newest(answers.meaning(reply).root)

    assert [each.note for each in told] == [str(at) for at in range(2_900, 3_000)]


@settings(max_examples=100, deadline=None, database=None)
@given(
    st.text(max_size=30)
    | st.datetimes().map(str)
    | st.datetimes(timezones=st.timezones()).map(lambda at: at.isoformat())
)
@example("0001-01-01T00:00:00+14:00")
@example("9999-12-31T23:59:59-14:00")
@example("9999-12-31T23:59:59.999999")
@example("1969-12-31T23:59:59")
def test_any_time_can_be_shown_or_is_none(text):
    found = milliseconds(text)
    assert found is None or iso(found)


@settings(max_examples=100, deadline=None, database=None)
@given(
    st.integers(100, 999),
    st.dictionaries(
        st.sampled_from(["retry-after", "x-ratelimit-reset", "location"]),
        st.text(st.characters(max_codepoint=255), max_size=40) | st.floats().map(str) | st.datetimes().map(str),
    ),
    st.binary(max_size=60) | st.sampled_from([b"<a><Error><Code>5</Code></Error></a>", b"<a>\xff</a>"]),
)
def test_any_answer_has_a_meaning(status, headers, body):
    assert answers.meaning(Answer(status, headers, body, time.time()))
