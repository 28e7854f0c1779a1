"""Events, endpoints, deliveries, numbers and callbacks from the command line, against a whole tracker."""

from __future__ import annotations

import json

import httpx
import pytest
import rig

from service.client.testing import Magic

NOBODY = "http://127.0.0.1:9/hook"


@pytest.fixture
def order(tracker):
    """An order that has ended."""
    made = tracker.client.submit_tn_options([{"telephone_numbers": [tracker.number(), Magic.WARNS], "sms": "on"}])
    return tracker.client.wait(made.id)


def test_events_are_told_from_a_place_on(tracker, run, order):
    asked = ("events", "tail", "--since-id", "0-0", "--order", order.id)
    lines = run(tracker, *asked, "--count", "2", "--format", "json").stdout.splitlines()
    first, second = map(json.loads, lines)
    assert (first["type"], first["data"]["order_id"], second["data"]["version"]) == ("order.accepted", order.id, 2)

    after = run(
        tracker, "events", "tail", "--since-id", first["place"], "--order", order.id, "--count", "1", "--format", "json"
    )
    assert json.loads(after.stdout)["id"] == second["id"]

    (line,) = run(
        tracker, *asked, "--count", "1", "--type", "order.completed", "--kind", "tn-options"
    ).stdout.splitlines()
    assert line.split()[2:] == ["order.completed", "complete", "tn-options", order.id, "version", str(order.version)]
    assert run(tracker, *asked, "--count", "1", "--state", "ended", "-q").stdout == f"{order.id}\n"


def test_a_place_that_is_none_is_refused(tracker, run):
    done = run(tracker, "events", "tail", "--since-id", "yesterday")
    assert (done.exit_code, done.stdout, "HTTP 400" in done.stderr) == (3, "", True)


def test_the_life_of_an_endpoint(tracker, run):
    made = run(tracker, "endpoints", "create", NOBODY, "--type", "order.completed", "--description", "mine", "--off")
    assert made.exit_code == 0
    assert made.stdout.startswith("whsec_")
    endpoint_id = made.stderr.split()[1]

    (listed,) = [
        e
        for e in json.loads(run(tracker, "endpoints", "list", "--format", "json").stdout)["endpoints"]
        if e["id"] == endpoint_id
    ]
    assert (listed["url"], listed["types"], listed["enabled"]) == (NOBODY, ["order.completed"], False)
    assert endpoint_id in run(tracker, "endpoints", "list", "-q").stdout.split()
    assert run(tracker, "endpoints", "ping", endpoint_id).exit_code == 3

    told = run(
        tracker, "endpoints", "change", endpoint_id, "--on", "--all-types", "--kind", "lidb", "--to", f"{NOBODY}/2"
    )
    facts = dict(line.split("  ", 1) for line in told.stdout.splitlines())
    assert {name: facts[name].strip() for name in ("url", "state", "types", "kinds", "description")} == {
        "url": f"{NOBODY}/2",
        "state": "on",
        "types": "all",
        "kinds": "lidb",
        "description": "mine",
    }
    rotated = json.loads(run(tracker, "endpoints", "rotate", endpoint_id, "--format", "json").stdout)
    assert rotated["secret"] not in ("", made.stdout.strip())
    assert "two secrets" in run(tracker, "endpoints", "show", endpoint_id).stdout

    assert run(tracker, "endpoints", "remove", endpoint_id).stdout == f"{endpoint_id} is removed.\n"
    gone = run(tracker, "endpoints", "show", endpoint_id)
    assert (gone.exit_code, gone.stdout, "HTTP 404" in gone.stderr) == (3, "", True)


@pytest.mark.parametrize("url", ["nonsense", "ftp://example.com", "https://10.0.0.1/"])
def test_an_endpoint_that_may_not_be_is_refused(tracker, run, url):
    done = run(tracker, "endpoints", "create", url)
    assert (done.exit_code, done.stdout) == (3, "")
    assert "  /url: " in done.stderr


def test_deliveries_are_seen_and_sent_again(tracker, run, receiver, order):
    endpoint = tracker.client.create_endpoint(receiver.url)
    pinged = json.loads(run(tracker, "endpoints", "ping", endpoint.id, "--format", "json").stdout)

    def delivery():
        return json.loads(run(tracker, "deliveries", "show", endpoint.id, pinged["id"], "--format", "json").stdout)

    rig.until_sync(lambda: delivery()["status"] == "delivered", 20)
    shown = run(tracker, "deliveries", "show", endpoint.id, pinged["id"]).stdout
    assert all(each in shown for each in ("delivered", "ping", "ATTEMPT", "HTTP 2"))
    listed = run(tracker, "deliveries", "list", endpoint.id, "--status", "delivered", "-q")
    assert listed.stdout == f"{pinged['id']}\n"

    again = run(tracker, "deliveries", "replay", endpoint.id, pinged["id"], "--format", "json")
    assert (again.exit_code, json.loads(again.stdout)["event_id"]) == (0, pinged["event_id"])
    rig.until_sync(lambda: len(delivery()["attempts"]) == 2, 20)

    begun = run(tracker, "deliveries", "replay-since", endpoint.id, "1h", "--type", "order.completed")
    assert (begun.exit_code, "deliveries made" in begun.stdout) == (0, True)
    rig.until_sync(lambda: tracker.client.endpoint(endpoint.id).replay.ended_at, 20)
    tracker.client.delete_endpoint(endpoint.id)


def test_a_number_is_shown_with_its_orders(tracker, run, order):
    number = next(iter(tracker.client.iter_numbers(order.id))).telephone_number
    shown = run(tracker, "numbers", "show", f"({number[:3]}) {number[3:6]}-{number[6:]}").stdout
    assert all(each in shown for each in (number, order.id, "complete", "site.name"))
    assert json.loads(run(tracker, "numbers", "show", number, "--format", "json").stdout)["telephone_number"] == number
    foreign = run(tracker, "numbers", "show", Magic.ELSEWHERE)
    assert (foreign.exit_code, "HTTP 404" in foreign.stderr) == (3, True)


def test_callbacks_of_nobody_are_listed_and_heard_again(tracker, run):
    connection = json.loads((tracker.directory / "connection.json").read_text())
    callback = connection["callback"]
    for reference in ("theirs", "others"):
        news = (
            f"<Notification><Status>COMPLETE</Status><CustomerOrderId>{reference}</CustomerOrderId>"
            "<OrderType>tnoptions</OrderType></Notification>"
        )
        said = httpx.post(
            callback["url"],
            content=news,
            auth=(callback["username"], callback["password"]),
            headers={"Content-Type": "application/xml"},
            trust_env=False,
        )
        assert said.status_code == 200, said.text
    listed = run(tracker, "callbacks", "orphans", "-q").stdout.splitlines()
    assert listed == ["reference:others", "reference:theirs"]
    assert "COMPLETE" in run(tracker, "callbacks", "orphans").stdout

    head, row = run(tracker, "callbacks", "replay", "reference:theirs").stdout.splitlines()
    assert (head.split()[0], row.split()[:2]) == ("KEY", ["reference:theirs", "kept"])
    every = run(tracker, "callbacks", "replay", "--all", "--format", "json").stdout.splitlines()
    assert {json.loads(line)["key"] for line in every} == set(listed)
    gone = run(tracker, "callbacks", "replay", "reference:nobody")
    assert (gone.exit_code, gone.stdout, "HTTP 404" in gone.stderr) == (3, "", True)
