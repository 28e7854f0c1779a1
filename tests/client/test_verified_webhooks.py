"""Events as they reach an endpoint: verified as Standard Webhooks says."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime

import pytest
from standardwebhooks import Webhook

from service.client import InvalidSignature, Misconfigured, UnexpectedAnswer
from service.client.webhooks import verify
from service.event import Event, body_of
from service.outgoing.signing import headers_of

OLD, NEW, OTHER = (f"whsec_{base64.b64encode(each * 32).decode()}" for each in (b"o", b"n", b"x"))
SENT_AT = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
EVENT = Event("evt_x_3", "order.completed", 1772357400123, "9900000", "x", "lidb", "partial", 3)
BODY = body_of(EVENT)
HEADERS = headers_of("evt_x_3", SENT_AT, BODY, [OLD, NEW])
NOW = SENT_AT.timestamp()


@pytest.mark.parametrize("secret", [OLD, NEW, [OTHER, NEW], (OLD,)])
@pytest.mark.parametrize("body", [BODY, BODY.decode()])
def test_what_the_tracker_signed_is_an_event(secret, body):
    event = verify(body, HEADERS, secret, now=NOW)
    assert (event.id, event.type, event.order_id, event.version) == ("evt_x_3", "order.completed", "x", 3)
    assert (event.account_id, event.kind, event.state, event.place) == ("9900000", "lidb", "partial", None)
    assert event.raw == json.loads(BODY)


def test_headers_may_have_any_case_and_the_published_library_signs_alike():
    signed = Webhook(NEW).sign("evt_x_3", SENT_AT, BODY.decode())
    headers = {"Webhook-Id": "evt_x_3", "WEBHOOK-TIMESTAMP": str(int(NOW)), "Webhook-Signature": signed}
    assert verify(BODY, headers, NEW, now=NOW).id == "evt_x_3"


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {**HEADERS, "webhook-id": "evt_x_4"},
        {**HEADERS, "webhook-id": ""},
        {**HEADERS, "webhook-timestamp": str(int(NOW) + 1)},
        {**HEADERS, "webhook-timestamp": "soon"},
        {**HEADERS, "webhook-timestamp": "9" * 5000},
        {**HEADERS, "webhook-timestamp": "-1"},
        {**HEADERS, "webhook-signature": ""},
        {**HEADERS, "webhook-signature": "v1,"},
        {**HEADERS, "webhook-signature": HEADERS["webhook-signature"].replace("v1,", "v2,")},
        {**HEADERS, "webhook-signature": HEADERS["webhook-signature"].replace("v1,", "")},
        {**HEADERS, "webhook-signature": "v1,\udcff v1,ü"},
    ],
)
def test_what_is_not_signed_so_is_refused(headers):
    with pytest.raises(InvalidSignature):
        verify(BODY, headers, [OLD, NEW], now=NOW)


@pytest.mark.parametrize(("body", "secret"), [(BODY + b" ", NEW), (b"", NEW), (BODY, OTHER), (BODY, [])])
def test_another_body_or_another_secret_is_refused(body, secret):
    with pytest.raises(InvalidSignature, match="endpoint's secret"):
        verify(body, HEADERS, secret, now=NOW)


@pytest.mark.parametrize(("later", "good"), [(299, True), (-299, True), (301, False), (-301, False)])
def test_what_was_sent_long_ago_or_will_be_is_refused(later, good):
    if good:
        assert verify(BODY, HEADERS, NEW, now=NOW + later).id == "evt_x_3"
    else:
        with pytest.raises(InvalidSignature, match="300 s ago"):
            verify(BODY, HEADERS, NEW, now=NOW + later)
    with pytest.raises(InvalidSignature, match="ago"):
        verify(BODY, HEADERS, NEW)


@pytest.mark.parametrize("secret", ["", "whsec_", "whsec_!", "nonsense?"])
def test_a_secret_that_is_none_is_the_receivers_mistake(secret):
    with pytest.raises(Misconfigured, match="whsec_"):
        verify(BODY, HEADERS, secret, now=NOW)


@pytest.mark.parametrize("body", [b"nonsense", b"[]", b"{}", b"\xff"])
def test_a_signed_body_that_is_no_event_is_said(body):
    headers = headers_of("evt_x_3", SENT_AT, body, [NEW])
    with pytest.raises(UnexpectedAnswer, match=r"[Ee]vent"):
        verify(body, headers, NEW, now=NOW)
