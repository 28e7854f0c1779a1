from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from lxml import etree
from published import payload
from sandbox_harness import ACCOUNT, SUBSCRIPTIONS, outline, running, subscription

URL = "https://example.com/callbacks"


class Clock:
    def __init__(self):
        self.now = datetime(2026, 5, 10, 12, tzinfo=UTC)

    def __call__(self):
        return self.now


def refusal(answer):
    document = etree.fromstring(answer.content)
    assert document.tag == "SubscriptionsResponse"
    return answer.status_code, int(document.findtext("ResponseStatus/ErrorCode"))


def shown(sandbox, subscription_id):
    answer = sandbox.http.get(f"{SUBSCRIPTIONS}/{subscription_id}")
    assert answer.status_code == 200
    return etree.fromstring(answer.content).find("Subscriptions/Subscription")


def test_a_post_answers_201_without_a_body_and_with_an_absolute_location(own_sandbox):
    answer = own_sandbox.post(subscription(URL), SUBSCRIPTIONS)
    assert (answer.status_code, answer.content) == (201, b"")
    assert answer.headers["Location"].startswith(f"{own_sandbox.url}/v1.0/accounts/{ACCOUNT}/subscriptions/")
    assert own_sandbox.http.get(answer.headers["Location"]).status_code == 200


def test_a_get_has_the_elements_of_the_sample_and_never_the_password(own_sandbox):
    sample = etree.fromstring(payload("subscriptions/docs-subscriptions-9"))
    own_sandbox.subscribe(URL, credentials=("username", "very-secret"), expiry=3319)
    answer = own_sandbox.http.get(SUBSCRIPTIONS)
    assert b"very-secret" not in answer.content
    document = etree.fromstring(answer.content)
    number_format = document.find(".//NumberFormat")
    assert number_format.text == "LEGACY"
    number_format.getparent().remove(number_format)
    assert outline(document) == outline(sample)
    assert document.findtext(".//Username") == "username"
    assert document.findtext(".//Status") == "READY"


@pytest.mark.parametrize("name", ["docs-subscriptions-0", "docs-subscriptions-4"])
def test_the_documented_requests_are_accepted_once_their_url_is_filled_in(own_sandbox, name):
    body = payload(f"subscriptions/{name}").replace(b"[valid publically addressable URL]", URL.encode())
    assert own_sandbox.post(body, SUBSCRIPTIONS).status_code == 201


def test_an_email_subscription_is_kept(own_sandbox):
    body = payload("subscriptions/openapi-v1-CreateSubscriptions-request-eventEmailSubscription")
    sample = payload("subscriptions/openapi-v1-GetSubscription-resp200-eventEmailSubscription")
    location = own_sandbox.post(body, SUBSCRIPTIONS).headers["Location"]
    document = etree.fromstring(own_sandbox.http.get(location).content)
    assert outline(document) == outline(etree.fromstring(sample))


def test_expiry_counts_down_from_a_day_and_then_the_subscription_is_gone():
    clock = Clock()
    with running(clock=clock, token_ttl=10**9) as sandbox:
        subscription_id = sandbox.subscribe(URL)
        assert shown(sandbox, subscription_id).findtext("CallbackSubscription/Expiry") == "86400"
        clock.now += timedelta(seconds=86_000)
        assert shown(sandbox, subscription_id).findtext("CallbackSubscription/Expiry") == "400"
        clock.now += timedelta(seconds=400)
        answer = sandbox.http.get(f"{SUBSCRIPTIONS}/{subscription_id}")
        assert refusal(answer) == (404, 16000)
        document = etree.fromstring(sandbox.http.get(SUBSCRIPTIONS).content)
        assert outline(document) == ("SubscriptionsResponse", [("Subscriptions", [])])
        sandbox.subscribe(URL)


def test_a_put_overwrites_everything_and_what_it_omits_has_its_default(own_sandbox):
    subscription_id = own_sandbox.subscribe(
        URL, credentials=("username", "secret"), expiry=3_122_064_000, number_format="E164"
    )
    answer = own_sandbox.http.put(f"{SUBSCRIPTIONS}/{subscription_id}", content=subscription(URL + "/new"))
    assert answer.status_code == 200
    document = shown(own_sandbox, subscription_id)
    assert document.findtext("CallbackSubscription/URL") == URL + "/new"
    assert document.findtext("CallbackSubscription/Expiry") == "86400"
    assert document.findtext("CallbackSubscription/NumberFormat") == "LEGACY"
    assert document.find(".//CallbackCredentials") is None


def test_a_delete_takes_it_away(own_sandbox):
    subscription_id = own_sandbox.subscribe(URL)
    path = f"{SUBSCRIPTIONS}/{subscription_id}"
    assert own_sandbox.http.delete(path).status_code == 200
    assert refusal(own_sandbox.http.delete(path)) == (404, 16000)
    assert refusal(own_sandbox.http.put(path, content=subscription(URL))) == (404, 16000)


def test_only_equal_type_order_and_url_are_a_duplicate(own_sandbox):
    order_id = own_sandbox.accepted("2018551020")
    own_sandbox.subscribe(URL)
    assert refusal(own_sandbox.post(subscription(URL, expiry=5), SUBSCRIPTIONS)) == (409, 16008)
    own_sandbox.subscribe(URL + "/other")
    own_sandbox.subscribe(URL, order_type="dldas")
    own_sandbox.subscribe(URL, order_id=order_id)
    again = own_sandbox.post(subscription(URL, order_id=order_id), SUBSCRIPTIONS)
    assert refusal(again) == (409, 16008)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("<Subscription>", 14501),
        ("<Other/>", 14501),
        ("<Subscription><OrderType>tnoptions</OrderType></Subscription>", 14501),
        (subscription(URL).replace("<OrderType>tnoptions</OrderType>", ""), 14508),
        (subscription(URL, order_type="tnoptions</OrderType><EventType>MESSAGING_LOST</EventType><OrderType>"), 14508),
        (subscription(URL, order_type="tnoption"), 14500),
        (subscription(URL).replace("OrderType", "EventType"), 14507),
        (subscription(URL, order_id="12"), 1008),
        (subscription(URL, order_id="ddbdc72e-dc27-490c-904e-d0c11291b095"), 16004),
        (subscription(""), 14503),
        (subscription("ftp://example.com"), 14506),
        (subscription("https:///path"), 14506),
        (subscription("http://example.com:81/"), 14506),
        (subscription("http://example.com:port/"), 14506),
        (subscription(URL, expiry="soon"), 1014),
        (subscription(URL, expiry="0"), 1004),
        (subscription(URL, credentials=("username", "")), 14505),
        (subscription(URL, credentials=("u" * 101, "secret")), 1011),
        (subscription(URL, number_format="LATIN"), 1008),
        (
            subscription(URL).replace(
                "</URL>", "</URL><CallbackCredentials><PublicKey>*</PublicKey></CallbackCredentials>"
            ),
            14504,
        ),
        (
            subscription(URL).replace(
                "<CallbackSubscription>",
                "<EmailSubscription><DigestRequested>HOURLY</DigestRequested></EmailSubscription><CallbackSubscription>",
            ),
            14502,
        ),
    ],
)  # fmt: skip
def test_a_broken_subscription_answers_404_with_its_code(sandbox, body, code):
    assert refusal(sandbox.post(body, SUBSCRIPTIONS)) == (404, code)


def test_both_spellings_of_lidb_are_accepted(own_sandbox):
    own_sandbox.subscribe(URL, order_type="lidb")
    own_sandbox.subscribe(URL, order_type="lidbs")
