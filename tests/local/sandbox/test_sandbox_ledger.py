from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sandbox_harness import ACCOUNT, SUBSCRIPTIONS, order, receiving, running, until

PLAIN = "2018551020"


class Clock:
    def __init__(self):
        self.now = datetime(2026, 5, 10, 12, tzinfo=UTC)

    def __call__(self):
        return self.now


def test_an_order_is_told_in_full(own_sandbox):
    order_id = own_sandbox.accepted(PLAIN, "2015550101", customer_order_id="mine")
    own_sandbox.ended(order_id)
    [entry] = own_sandbox.ledger()
    times = [entry.pop("created_at"), entry.pop("completed_at")]
    assert times == sorted(times)
    assert entry == {
        "account_id": ACCOUNT,
        "kind": "tn-options",
        "order_id": order_id,
        "customer_order_id": "mine",
        "telephone_numbers": [PLAIN, "2015550101"],
        "status": "PARTIAL",
        "posts": 1,
        "answers": ["201"],
        "changes": [],
        "overlapped": [],
    }


def test_an_open_order_has_no_completion(own_sandbox):
    own_sandbox.accepted("2015550120")
    assert own_sandbox.ledger()[0]["completed_at"] is None


def test_posts_count_every_arrival_of_the_same_body(own_sandbox):
    body = order(PLAIN, customer_order_id="again")
    own_sandbox.faults(error_503=1)
    own_sandbox.post(body)
    own_sandbox.faults()
    own_sandbox.http.post(f"/v1.0/accounts/{ACCOUNT}/tnOptions", content=body, headers={"Authorization": ""})
    own_sandbox.post(body)
    own_sandbox.post(body)
    own_sandbox.post(order(PLAIN, customer_order_id="another"))
    entries = own_sandbox.ledger(customer_order_id="again")
    assert len({entry["order_id"] for entry in entries}) == 2
    assert [entry["posts"] for entry in entries] == [4, 4]
    assert entries[0]["answers"] == ["503", "401", "201", "201"]


def test_posts_that_made_no_order_are_told_without_one(own_sandbox):
    own_sandbox.post(order("2015550140", customer_order_id="refused"))
    own_sandbox.post("<nonsense")
    own_sandbox.post(order(PLAIN), "/api/accounts/1/tnoptions")
    refused, nonsense, elsewhere = own_sandbox.ledger()
    assert (refused["order_id"], refused["status"], refused["posts"]) == (None, None, 1)
    assert (refused["customer_order_id"], refused["telephone_numbers"]) == ("refused", ["2015550140"])
    assert refused["answers"] == ["400"]
    assert (nonsense["order_id"], nonsense["telephone_numbers"]) == (None, [])
    assert (elsewhere["account_id"], elsewhere["answers"]) == ("1", ["403"])


def test_orders_overlap_while_both_are_open_and_share_a_number():
    clock = Clock()
    with running(clock=clock, pace=60.0) as sandbox:
        first = sandbox.accepted(PLAIN, "2018551021")
        apart = sandbox.accepted("2018551022")
        clock.now += timedelta(seconds=30)
        second = sandbox.accepted(PLAIN, "2018551021")
        clock.now += timedelta(seconds=59)
        third = sandbox.accepted("2018551021")
        overlaps = {entry["order_id"]: entry["overlapped"] for entry in sandbox.ledger()}
    assert overlaps == {first: [second], apart: [], second: sorted([first, third]), third: [second]}


def test_the_ledger_can_be_filtered_and_needs_no_credentials(own_sandbox):
    own_sandbox.http.headers.pop("Authorization")
    assert own_sandbox.ledger() == []
    own_sandbox.http.auth = ("sandbox-user", "sandbox-password")
    one = own_sandbox.accepted(PLAIN, customer_order_id="one")
    two = own_sandbox.accepted("2018551021", customer_order_id="two")
    assert [entry["order_id"] for entry in own_sandbox.ledger(customer_order_id="one")] == [one]
    assert [entry["order_id"] for entry in own_sandbox.ledger(tn="2018551021")] == [two]
    assert own_sandbox.ledger(tn="2018551021", customer_order_id="one") == []


def test_a_restart_keeps_orders_posts_and_subscriptions(tmp_path):
    with running(data_dir=tmp_path, pace=60.0) as sandbox:
        order_id = sandbox.accepted(PLAIN, customer_order_id="kept")
        sandbox.post(order("2015550140"))
        subscription_id = sandbox.subscribe("http://example.com/", credentials=("user", "secret"))
        ledger = sandbox.ledger()
        authorization = sandbox.http.headers["Authorization"]
    with running(data_dir=tmp_path, pace=60.0, max_numbers=0) as sandbox:
        sandbox.http.headers["Authorization"] = authorization
        assert sandbox.ledger() == ledger
        assert sandbox.report(order_id).findtext("CustomerOrderId") == "kept"
        assert sandbox.http.get(f"{SUBSCRIPTIONS}/{subscription_id}").status_code == 200
        sandbox.http.delete(f"{SUBSCRIPTIONS}/{subscription_id}")
    with running(data_dir=tmp_path) as sandbox:
        assert sandbox.http.get(f"{SUBSCRIPTIONS}/{subscription_id}").status_code == 404


def test_after_a_restart_only_the_callbacks_that_are_still_due_go_out(tmp_path):
    clock = Clock()
    with receiving() as receiver:
        with running(clock=clock, data_dir=tmp_path, pace=60.0) as sandbox:
            sandbox.subscribe(receiver.url)
            order_id = sandbox.accepted(PLAIN)
            until(lambda: receiver.statuses() == ["RECEIVED"])
        clock.now += timedelta(seconds=59.95)
        with running(clock=clock, data_dir=tmp_path) as sandbox:
            until(lambda: receiver.statuses() == ["RECEIVED", "COMPLETE"])
            clock.now += timedelta(seconds=1)
            assert sandbox.report(order_id).findtext("ProcessingStatus") == "COMPLETE"


def test_requests_are_counted_by_method_and_resource_also_where_they_are_refused(own_sandbox):
    before = own_sandbox.http.get("/_sandbox/requests").json()
    order_id = own_sandbox.accepted(PLAIN)
    own_sandbox.http.get(f"/v1.0/accounts/{ACCOUNT}/tnOptions/{order_id}")
    own_sandbox.http.get(f"/api/accounts/{ACCOUNT}/tnoptions?status=RECEIVED", headers={"Authorization": ""})
    own_sandbox.http.get(f"/api/accounts/{ACCOUNT}/nothing")

    counts = own_sandbox.http.get("/_sandbox/requests").json()

    own = {name: count - before.get(name, 0) for name, count in counts.items() if "tnoptions" in name}
    assert own == {
        "GET /accounts/{account_id}/tnoptions": 1,
        "GET /accounts/{account_id}/tnoptions/{order_id}": 1,
        "POST /accounts/{account_id}/tnoptions": 1,
    }
    assert not [name for name in counts if "_sandbox" in name or "nothing" in name]
