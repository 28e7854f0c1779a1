"""Signatures of events, checked by the library that receivers use."""

from __future__ import annotations

import base64
import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from service.outgoing.signing import SECRET_BYTES, headers_of, new_secret

BODY = '{"type":"order.complete","name":"Zoë"}'.encode()


def now():
    return dt.datetime.now(dt.UTC)


def test_the_signature_that_the_libraries_of_standard_webhooks_expect_comes_out():
    at = dt.datetime.fromtimestamp(1614265330, dt.UTC)
    made = headers_of(
        "msg_p5jXN8AQM9LWM0D4loKWxJek", at, b'{"test": 2432232314}', ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"]
    )

    assert made == {
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }


def test_every_live_secret_verifies_and_no_other():
    live = [new_secret(), new_secret()]
    headers = headers_of("evt_1", now(), BODY, live)

    assert headers["webhook-signature"].count("v1,") == len(headers["webhook-signature"].split(" ")) == 2
    for secret in live:
        assert Webhook(secret).verify(BODY, headers) == {"type": "order.complete", "name": "Zoë"}
    with pytest.raises(WebhookVerificationError):
        Webhook(new_secret()).verify(BODY, headers)


@pytest.mark.parametrize(
    ("name", "value"), [("webhook-id", "evt_2"), ("webhook-timestamp", "+1"), ("body", b"{}"), ("age", 301)]
)
def test_nothing_that_is_signed_may_be_changed_or_old(name, value):
    secret = new_secret()
    at = now() - dt.timedelta(seconds=value if name == "age" else 0)
    headers = headers_of("evt_1", at, BODY, [secret])
    if name == "webhook-timestamp":
        headers[name] = str(int(headers[name]) + 1)
    elif name == "webhook-id":
        headers[name] = value

    with pytest.raises(WebhookVerificationError):
        Webhook(secret).verify(value if name == "body" else BODY, headers)


@settings(deadline=None)
@given(st.integers(-720, 720), st.text(max_size=50))
def test_the_zone_of_the_time_changes_nothing(minutes, text):
    secret = "whsec_" + base64.b64encode(b"k" * 32).decode()
    at = now()
    elsewhere = at.astimezone(dt.timezone(dt.timedelta(minutes=minutes)))
    headers = headers_of("evt_1", elsewhere, text.encode(), [secret])

    assert headers == headers_of("evt_1", at, text.encode(), [secret])
    Webhook(secret).verify(text.encode(), headers, json_parse=False)


def test_a_time_without_a_zone_is_refused():
    with pytest.raises(ValueError, match="zone"):
        headers_of("evt_1", now().replace(tzinfo=None), BODY, [new_secret()])


def test_an_event_without_a_secret_is_not_signed():
    with pytest.raises(ValueError, match="one secret"):
        headers_of("evt_1", now(), BODY, [])


@pytest.mark.parametrize(
    "secret",
    ["", "whsec_", "whsec_!!!!", "whsec_!MfKQ9r8GKYqrTwjU", "whsec_abc", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_ü"],
)
def test_what_is_no_secret_is_told_without_quoting_it(secret):
    with pytest.raises(ValueError, match="whsec_ and base64") as told:
        headers_of("evt_1", now(), BODY, [new_secret(), secret])
    assert len(secret) < 7 or secret not in str(told.value)


def test_secrets_are_long_and_never_the_same():
    made = {new_secret() for _ in range(100)}

    assert len(made) == 100
    assert {len(base64.b64decode(each.removeprefix("whsec_"), validate=True)) for each in made} == {SECRET_BYTES}
