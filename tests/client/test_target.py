"""Where the tracker is and who calls it: given, or from the environment; refused when it cannot be used."""

from __future__ import annotations

from datetime import datetime

import pytest
from conversation import Calls, good, order

from service.client import AsyncOrderTracker, Misconfigured, OrderTracker
from service.client.target import choose, path, query

NAIVE = datetime(2026, 3, 1)  # noqa: DTZ001
URL, TOKEN = "https://orders.example/tracker", "a-secret-token"


@pytest.fixture(autouse=True)
def _bare(monkeypatch):
    for name in ("ORDER_TRACKER_URL", "ORDER_TRACKER_TOKEN", "ORDER_TRACKER_ACCOUNT"):
        monkeypatch.delenv(name, raising=False)


def test_what_is_not_given_comes_from_the_environment(monkeypatch):
    monkeypatch.setenv("ORDER_TRACKER_URL", f"{URL}/")
    monkeypatch.setenv("ORDER_TRACKER_TOKEN", TOKEN)
    monkeypatch.setenv("ORDER_TRACKER_ACCOUNT", "9900001")
    with OrderTracker() as tracker:
        assert repr(tracker) == f"OrderTracker('{URL}', account_id='9900001')"
        assert tracker._target.token == TOKEN
    with OrderTracker(account_id="7") as tracker:
        assert tracker.account_id == "7"


@pytest.mark.parametrize(
    ("url", "token", "said"),
    [
        (None, TOKEN, "Give base_url, or set ORDER_TRACKER_URL"),
        (URL, None, "Give token, or set ORDER_TRACKER_TOKEN"),
        ("orders.example", TOKEN, "no address of a tracker"),
        ("ftp://orders.example", TOKEN, "no address of a tracker"),
        ("https://", TOKEN, "no address of a tracker"),
        ("https://user:pass@orders.example", TOKEN, "no address of a tracker"),
        ("https://orders.example?x=1", TOKEN, "no address of a tracker"),
        (URL, "two lines\r\nX-Evil: 1", "no token has"),
        (URL, "tök", "no token has"),
    ],
)
def test_what_cannot_be_used_is_refused_with_what_to_give(url, token, said):
    for tracker in (OrderTracker, AsyncOrderTracker):
        with pytest.raises(Misconfigured, match=said) as raised:
            tracker(url, token)
        assert token is None or token not in str(raised.value)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        *(({"timeout": each}, "timeout is a number of seconds") for each in (-1, float("nan"), "60", True, [])),
        *(({"retries": each}, "retries is a whole number") for each in (-1, 1.5, None, "5", True)),
    ],
)
def test_limits_that_are_none_are_refused(given, said):
    for tracker in (OrderTracker, AsyncOrderTracker):
        with pytest.raises(Misconfigured, match=said):
            tracker(URL, TOKEN, **given)


def test_a_call_about_an_account_needs_one_and_a_call_about_all_does_not():
    calls = Calls()
    calls._target = choose(URL, TOKEN, None)
    with pytest.raises(Misconfigured, match="ORDER_TRACKER_ACCOUNT"):
        calls.lead("get", "an-order", answers=[])
    led = calls.lead("iter_orders_of_all_accounts", account=["1", "2"], answers=[good({"orders": [], "next": None})])
    assert led.requests[0].path == "/v1/orders"
    assert led.requests[0].query == (("limit", "250"), ("account", "1"), ("account", "2"))


def test_the_token_is_in_no_repr():
    target = choose(URL, TOKEN, "7")
    with OrderTracker(URL, TOKEN, "7") as tracker:
        assert TOKEN not in f"{target!r} {tracker!r} {tracker._http!r} {vars(tracker)!r}"


@pytest.mark.parametrize("part", ["", ".", ".."])
def test_an_id_that_would_lead_to_another_address_is_refused(part):
    with pytest.raises(ValueError, match="no part of an address"):
        Calls().lead("cancel", part, answers=[])


@pytest.mark.parametrize("part", [9900000, None, ["an-id"]])
def test_a_part_of_an_address_that_is_no_string_is_refused_with_what_to_give(part):
    with pytest.raises(TypeError, match="An id is a string"):
        path("v1", part)


@pytest.mark.parametrize("key", ["two words", "line\n", "caf\N{LATIN SMALL LETTER E WITH ACUTE}", "x" * 256])
def test_an_idempotency_key_that_no_header_holds_is_refused_before_anything_is_sent(key):
    for name, *given in (("submit", "lidb", {}), ("submit_bulk", "lidb", b"{}"), ("create_endpoint", URL)):
        with pytest.raises(ValueError, match="1 to 255 visible ASCII"):
            Calls().lead(name, *given, idempotency_key=key, answers=[])


def test_parts_of_an_address_are_quoted():
    assert path("v1", "a/b", "..x", "+1 201?#", "ü") == "/v1/a%2Fb/..x/%2B1%20201%3F%23/%C3%BC"


def test_a_query_leaves_out_what_is_none_and_repeats_lists():
    asked = {"a": None, "b": True, "c": ["x", "y"], "d": 5, "e": "", "f": []}
    assert query(asked) == (("b", "true"), ("c", "x"), ("c", "y"), ("d", "5"), ("e", ""))


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("submit", ("lidb", {})),
        ("submit_lidb", ([],)),
        ("retry_failed", ("an-order",)),
        ("list_orders", ()),
        ("replay_events", ("an-endpoint", NAIVE)),
    ],
)
def test_a_time_without_a_zone_is_refused(name, given):
    times = {"list_orders": {"created_to": NAIVE}, "replay_events": {}}.get(name, {"not_before": NAIVE})
    with pytest.raises(ValueError, match="a time with a zone"):
        Calls().lead(name, *given, answers=[], **times)


@pytest.mark.parametrize("value", [object(), {1, 2}, b"x", float("nan")])
def test_a_body_that_json_cannot_hold_is_refused_before_anything_is_sent(value):
    with pytest.raises((TypeError, ValueError)):
        Calls().lead("submit", "lidb", {"groups": value}, answers=[])


def test_helpers_send_what_their_kind_takes():
    at = datetime.fromisoformat("2026-03-01T09:30:00+01:00")
    sent = Calls().lead(
        "submit_number_options",
        "2018551021",
        sms=False,
        not_before=at,
        idempotency_key="k",
        answers=[good(order(), 202)],
    )
    (request,) = sent.requests
    assert request.path == "/v1/accounts/9900000/orders/number-options"
    assert request.content == (
        b'{"telephone_number": "2018551021", "sms": false, "not_before": "2026-03-01T09:30:00+01:00"}'
    )
    assert (request.headers["Idempotency-Key"], request.query) == ("k", ())


@pytest.mark.parametrize(
    ("url", "local"),
    [("http://127.0.0.1:8080", True), ("http://[::1]:8080", True), ("http://localhost", True), (URL, False)],
)
def test_only_a_tracker_elsewhere_is_reached_by_the_environments_proxies(monkeypatch, url, local):
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.example:3128")
    monkeypatch.setenv("HTTP_PROXY", "http://proxy.example:3128")
    with OrderTracker(url, TOKEN) as tracker:
        assert tracker._http.trust_env is not local
