from __future__ import annotations

import time

import httpx
import pytest
from sandbox_harness import ORDERS, SUBSCRIPTIONS, order, receiving, running, subscription, until

PLAIN = "2018551020"
STATES = ["RECEIVED", "PROCESSING", "COMPLETE"]


def test_a_reset_after_acceptance_leaves_an_order_without_an_answer(own_sandbox):
    own_sandbox.faults(accept_then_reset=1)
    with pytest.raises(httpx.ReadError):
        own_sandbox.post(order(PLAIN))
    [entry] = own_sandbox.ledger()
    assert entry["order_id"]
    assert (entry["posts"], entry["answers"]) == (1, ["reset"])
    assert own_sandbox.acted()["accept_then_reset"] == 1


def test_a_reset_before_acceptance_leaves_nothing_but_the_count(own_sandbox):
    own_sandbox.faults(reset_before_accept=1)
    with pytest.raises(httpx.ReadError):
        own_sandbox.post(order(PLAIN))
    [entry] = own_sandbox.ledger()
    assert (entry["order_id"], entry["posts"], entry["answers"]) == (None, 1, ["reset"])


def test_an_answer_that_breaks_off_leaves_an_order_and_some_bytes_of_it(own_sandbox):
    own_sandbox.faults(cut_answers=1)
    seen = set()
    for _ in range(40):
        with pytest.raises((httpx.ReadError, httpx.RemoteProtocolError)) as broken:
            own_sandbox.post(order(PLAIN))
        seen.add(str(broken.value).partition("(")[0])
    entries = own_sandbox.ledger()
    assert len(entries) == 40
    assert all(entry["order_id"] and "reset" in entry["answers"] for entry in entries)
    # before its head was whole, and in the middle of its body
    assert len(seen) > 1, seen
    own_sandbox.faults()
    own_sandbox.accepted(PLAIN)


def test_an_outage_turns_everything_away_and_takes_nothing(own_sandbox):
    order_id = own_sandbox.accepted(PLAIN)
    own_sandbox.faults(outage=1)
    answers = [
        own_sandbox.post(order(PLAIN)),
        own_sandbox.http.get(f"{ORDERS}/{order_id}"),
        own_sandbox.http.get(SUBSCRIPTIONS),
        own_sandbox.http.post("/api/v1/oauth2/token", auth=("sandbox-client", "sandbox-client-secret")),
    ]
    assert {(answer.status_code, answer.content) for answer in answers} == {(503, b"")}
    assert len(own_sandbox.ledger()) == 1
    assert own_sandbox.acted()["outage"] == 4
    own_sandbox.faults()
    assert own_sandbox.ended(order_id) is not None


@pytest.mark.parametrize(("name", "status"), [("error_500", 500), ("error_503", 503), ("error_429", 429)])
def test_an_error_answers_without_a_body_and_takes_no_order(own_sandbox, name, status):
    own_sandbox.faults(**{name: 1})
    answer = own_sandbox.post(order(PLAIN))
    assert (answer.status_code, answer.content) == (status, b"")
    assert own_sandbox.ledger()[0]["order_id"] is None
    assert own_sandbox.acted()[name] == 1


def test_a_429_says_in_epoch_seconds_when_to_come_back(own_sandbox):
    own_sandbox.faults(error_429=1)
    answer = own_sandbox.post(order(PLAIN))
    assert 0 < int(answer.headers["X-RateLimit-Reset"]) - time.time() <= 2
    assert "Retry-After" not in answer.headers


def test_a_trickling_answer_comes_in_pieces_and_is_whole(own_sandbox):
    own_sandbox.faults(trickle_ms=5)
    with own_sandbox.http.stream("POST", ORDERS, content=order(PLAIN)) as answer:
        pieces = list(answer.iter_raw())
    assert len(pieces) > 1
    assert len(b"".join(pieces)) == int(answer.headers["Content-Length"])
    assert own_sandbox.acted()["trickle_ms"] == 1


def test_latency_holds_an_order_back_but_no_get(own_sandbox):
    own_sandbox.faults(latency_ms=60_000)
    with pytest.raises(httpx.ReadTimeout):
        own_sandbox.http.post(ORDERS, content=order(PLAIN), timeout=0.1)
    [entry] = until(own_sandbox.ledger)
    assert entry["answers"] == ["unanswered"]
    assert own_sandbox.http.get(ORDERS).status_code == 200
    until(lambda: own_sandbox.acted()["latency_ms"] == 1)


def test_dropped_callbacks_never_go_out(own_sandbox, receiver):
    own_sandbox.subscribe(receiver.url)
    own_sandbox.faults(drop_callbacks=1)
    own_sandbox.accepted(PLAIN)
    attempts = until(lambda: len(own_sandbox.callbacks()) == 3 and own_sandbox.callbacks())
    assert {attempt["outcome"] for attempt in attempts} == {"dropped by a fault"}
    assert receiver.received == []
    assert own_sandbox.acted()["drop_callbacks"] == 3


def test_duplicated_callbacks_go_out_twice(own_sandbox, receiver):
    own_sandbox.subscribe(receiver.url)
    own_sandbox.faults(duplicate_callbacks=1)
    own_sandbox.accepted(PLAIN)
    until(lambda: receiver.statuses() == [state for state in STATES for _ in range(2)])


def test_reordered_callbacks_let_the_next_one_pass(own_sandbox, receiver):
    own_sandbox.subscribe(receiver.url)
    own_sandbox.faults(reorder_callbacks=1)
    own_sandbox.accepted(PLAIN)
    until(lambda: receiver.statuses() == ["PROCESSING", "RECEIVED", "COMPLETE"])


def test_an_early_callback_is_answered_before_the_201_is_written(own_sandbox):
    with receiving() as receiver:
        own_sandbox.subscribe(receiver.url)
        own_sandbox.faults(early_callbacks=1)
        answers = []
        receiver.while_waiting = lambda: answers.append(
            httpx.get(f"{own_sandbox.url}/_sandbox/orders").json()[0]["answers"]
        )
        own_sandbox.accepted(PLAIN)
        assert receiver.statuses()[0] == "RECEIVED"
        assert answers[0] == ["unanswered"]
        until(lambda: receiver.statuses() == STATES)
        assert own_sandbox.acted()["early_callbacks"] == 1


def test_faults_leave_everything_but_orders_and_callbacks_alone(own_sandbox):
    order_id = own_sandbox.accepted(PLAIN)
    own_sandbox.faults(reset_before_accept=1, error_500=1, latency_ms=60_000, trickle_ms=60_000)
    assert own_sandbox.report(order_id) is not None
    path = own_sandbox.post(subscription("http://example.com/"), SUBSCRIPTIONS).headers["Location"]
    assert own_sandbox.http.put(path, content=subscription("http://example.com/")).status_code == 200
    answer = own_sandbox.http.post(
        "/api/v1/oauth2/token",
        auth=("sandbox-client", "sandbox-client-secret"),
        data={"grant_type": "client_credentials"},
    )
    assert answer.status_code == 200
    assert set(own_sandbox.acted().values()) == {0}


def test_a_put_replaces_all_settings_and_the_counts_stay(own_sandbox):
    own_sandbox.faults(error_503=1)
    own_sandbox.post(order(PLAIN))
    own_sandbox.faults(latency_ms=1)
    described = own_sandbox.http.get("/_sandbox/faults").json()
    assert described["settings"]["error_503"] == 0
    assert described["settings"]["latency_ms"] == 1
    assert described["acted"]["error_503"] == 1
    own_sandbox.accepted(PLAIN)


@pytest.mark.parametrize(
    ("body", "word"),
    [
        ('{"error_504": 1}', "error_504"),
        ('{"error_500": 1.5}', "error_500"),
        ('{"error_500": -1}', "error_500"),
        ('{"error_500": true}', "error_500"),
        ('{"error_500": "1"}', "error_500"),
        ('{"error_500": NaN}', "error_500"),
        ('{"trickle_ms": 60001}', "trickle_ms"),
        ("[]", "object"),
        ("{", ""),
    ],
)
def test_wrong_settings_are_refused_by_name_and_change_nothing(sandbox, body, word):
    before = sandbox.http.get("/_sandbox/faults").json()
    answer = sandbox.http.put("/_sandbox/faults", content=body)
    assert answer.status_code == 400
    assert word in answer.json()["error"]
    assert sandbox.http.get("/_sandbox/faults").json() == before


def test_the_same_seed_throws_the_same_dice():
    def outcomes(seed):
        with running(seed=seed) as sandbox:
            sandbox.faults(error_500=0.5)
            return [sandbox.post(order(PLAIN)).status_code for _ in range(20)]

    first = outcomes(7)
    assert set(first) == {201, 500}
    assert outcomes(7) == first
    assert outcomes(8) != first
