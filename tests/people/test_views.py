"""What people see of what the API says, whatever it says."""

from __future__ import annotations

import json

import pytest
from stand_in import ACCOUNT, HOSTILE, ID, ORDERS, order

BASE = f"/v1/accounts/{ACCOUNT}"
REMARK = {"code": HOSTILE, "description": HOSTILE, "telephone_numbers": [HOSTILE], "count": 9}
WHOLE = order(
    state="needs_attention",
    customer_order_id=HOSTILE,
    bandwidth_order_id=HOSTILE,
    bandwidth_status=HOSTILE,
    announced=HOSTILE,
    origin="external",
    held_by=HOSTILE,
    errors=[REMARK],
    warnings=[REMARK],
    attention={"why": HOSTILE, "do": HOSTILE},
    waiting={"why": HOSTILE, "until": "2026-01-31T12:00:00Z"},
    metadata={HOSTILE: HOSTILE},
)
DELIVERY = {
    "id": HOSTILE,
    "event_id": HOSTILE,
    "type": HOSTILE,
    "status": HOSTILE,
    "data": {HOSTILE: HOSTILE},
    "attempts": [{"at": "2026-01-31T12:00:00Z", "status": 500, "error": HOSTILE, "seconds": 0.1}],
}
ENDPOINT = {
    "id": HOSTILE,
    "url": HOSTILE,
    "description": HOSTILE,
    "types": [HOSTILE],
    "kinds": [HOSTILE],
    "enabled": False,
    "switched_off": {"why": HOSTILE, "at": "2026-01-31T12:00:00Z"},
}
SUBSCRIPTION = {"order_type": HOSTILE, "order_id": HOSTILE, "username": HOSTILE, "expires_at": "2026-01-31T12:00:00Z"}
BATCH = {
    "id": HOSTILE,
    "kind": HOSTILE,
    "state": HOSTILE,
    "rows": {"total": 1, "valid": 0, "wrong": 1},
    "errors": [{"line": 1, "pointer": HOSTILE, "detail": HOSTILE, "code": HOSTILE}],
}
NUMBER = {
    "telephone_number": HOSTILE,
    "bandwidth": {HOSTILE: {"list": [HOSTILE, True], "trees": [{HOSTILE: 1}], "none": None}},
    "open_orders": [{"order_id": HOSTILE, "kind": HOSTILE, "state": HOSTILE}],
    "last_outcomes": [{"order_id": HOSTILE, "kind": HOSTILE, "state": HOSTILE, "outcome": HOSTILE, "code": HOSTILE}],
}
ORPHAN = {
    "key": HOSTILE,
    "order_type": HOSTILE,
    "last_status": HOSTILE,
    "callbacks": 3,
    "adoption": {"kind": HOSTILE, "due_at": None, "tries": 1},
}
PARTS = {
    f"{ORDERS}/{ID}": WHOLE,
    f"{ORDERS}/{ID}/numbers": {
        "numbers": [{"telephone_number": HOSTILE, "outcome": HOSTILE, "code": HOSTILE, "description": HOSTILE}],
        "next": None,
    },
    f"{ORDERS}/{ID}/timeline": {
        "timeline": [{"at": "2026-01-31T12:00:00Z", "source": HOSTILE, "event": HOSTILE, "message": HOSTILE}]
    },
    f"{ORDERS}/{ID}/documents": {
        "documents": [
            {"at": "2026-01-31T12:00:00Z", "direction": "sent", "title": HOSTILE, "xml": f"<a>{HOSTILE}"},
            {"at": "2026-01-31T12:00:00Z", "direction": "received", "title": "t", "xml": "<a><b>c\u009bd</b></a>"},
        ]
    },
}
CASES = [
    (["orders", "get", ID, "--numbers", "--timeline", "--documents"], PARTS),
    (["orders", "list"], {ORDERS: {"orders": [WHOLE], "next": None}}),
    (["numbers", "show", "2018551020"], {f"{BASE}/numbers/2018551020": NUMBER}),
    (["numbers", "orders", "2018551020"], {f"{BASE}/numbers/2018551020/orders": {"orders": [WHOLE], "next": None}}),
    (["endpoints", "list"], {f"{BASE}/endpoints": {"endpoints": [ENDPOINT]}}),
    (["endpoints", "show", "e"], {f"{BASE}/endpoints/e": ENDPOINT}),
    (
        ["endpoints", "show", "s"],
        {f"{BASE}/endpoints/s": {**ENDPOINT, "format": "notification", "subscription": SUBSCRIPTION}},
    ),
    (["deliveries", "list", "e"], {f"{BASE}/endpoints/e/deliveries": {"deliveries": [DELIVERY], "next": None}}),
    (["deliveries", "show", "e", "d"], {f"{BASE}/endpoints/e/deliveries/d": DELIVERY}),
    (["batches", "list"], {f"{BASE}/batches": {"batches": [BATCH], "next": None}}),
    (["batches", "get", "b"], {f"{BASE}/batches/b": BATCH}),
    (["batches", "errors", "b"], {f"{BASE}/batches/b/errors": {"errors": BATCH["errors"], "next": None}}),
    (["callbacks", "orphans"], {f"{BASE}/orphans": {"orphans": [ORPHAN], "next": None}}),
]


#: lists that may be long
LONG = [case for case in CASES if len(case[1]) == 1 and "next" in next(iter(case[1].values()))]


def shown(run, fake, arguments, answers):
    """What a command prints, which does nothing to a terminal."""
    for path, body in answers.items():
        fake.say("GET", path, body)
    done = run(fake, *arguments)
    assert (done.exit_code, done.stderr) == (0, ""), done.output
    assert done.stdout
    assert all(each.isprintable() for line in done.stdout.split("\n") for each in line)
    return done.stdout


@pytest.mark.parametrize(("arguments", "answers"), CASES)
def test_text_of_others_is_shown_to_people_and_does_nothing(run, fake, arguments, answers):
    # markup of rich stays text
    assert "[bold red]x[/]" in shown(run, fake, arguments, answers)
    shown(run, fake, [*arguments, "--quiet"], answers)


@pytest.mark.parametrize(("arguments", "answers"), CASES)
def test_programs_get_what_the_api_said(run, fake, arguments, answers):
    said = json.loads(shown(run, fake, [*arguments, "--format", "json"], answers))
    first = next(iter(answers.values()))
    assert {name: said[name] for name in first if name != "next"} == {
        name: value for name, value in first.items() if name != "next"
    }


@pytest.mark.parametrize(("arguments", "answers"), LONG)
def test_all_of_a_list_is_a_line_of_json_for_each(run, fake, arguments, answers):
    lines = shown(run, fake, [*arguments, "--format", "json", "--all"], answers).splitlines()
    (first,) = answers.values()
    assert [json.loads(line) for line in lines] == next(value for name, value in first.items() if name != "next")


def test_xml_is_laid_out_for_people_and_what_is_none_is_left_as_it_is(run, fake):
    for path, body in PARTS.items():
        fake.say("GET", path, body)
    told = run(fake, "orders", "get", ID, "--documents").stdout
    assert "<a>\n  <b>c?d</b>\n</a>" in told
    assert "\n<a>evil?" in told


def test_an_order_tells_only_what_there_is_to_tell(run, fake):
    fake.say("GET", f"{ORDERS}/{ID}", order(counts={"total": 0}, state="complete"))
    told = run(fake, "orders", "get", ID).stdout.splitlines()
    assert [line.split("  ")[0] for line in told[:-1]] == ["order", "kind", "state", "created"]
    assert told[-1] == f"{fake.url}{ORDERS}/{ID}"


@pytest.mark.parametrize(
    ("changes", "state"),
    [
        ({"enabled": True}, "on"),
        ({"enabled": True, "failing_since": "2026-01-31T12:00:00Z"}, "failing"),
        ({"enabled": False, "switched_off": {"why": "failing"}}, "switched off"),
        ({"enabled": False, "switched_off": {"why": "person"}}, "off"),
    ],
)
def test_how_an_endpoint_stands(run, fake, changes, state):
    fake.say("GET", f"{BASE}/endpoints", {"endpoints": [{"id": "e", "url": "https://a.example", **changes}]})
    _, row = run(fake, "endpoints", "list").stdout.splitlines()
    assert row.split("  ")[2].strip() == state


def test_an_empty_list_says_so_and_prints_nothing(run, fake):
    fake.say("GET", ORDERS, {"orders": [], "next": None})
    done = run(fake, "orders", "list")
    assert (done.stdout, done.stderr) == ("", "There are no such orders.\n")


def test_a_list_that_is_longer_says_so_and_reads_no_more_than_it_shows(run, fake):
    fake.say("GET", ORDERS, {"orders": [order(id=f"{at}") for at in range(3)], "next": f"{ORDERS}?cursor=x"})
    done = run(fake, "orders", "list", "-n", "2")
    assert len(done.stdout.splitlines()) == 3
    assert done.stderr == "There are more than 2: give --all, or a larger --limit.\n"
    ((_, _, query, *_),) = fake.asked
    assert query == "limit=3"


def test_every_filter_is_asked_for(run, fake):
    fake.say("GET", ORDERS, {"orders": [], "next": None})
    given = {
        "--kind": "lidb",
        "--state": "open",
        "--number": "2018551020",
        "--reference": "mine",
        "--bandwidth-id": "theirs",
        "--batch": "batch",
        "--origin": "api",
        "--error-code": "5076",
        "--from": "2026-01-31T12:00:00Z",
        "--to": "2026-02-01T12:00:00Z",
    }
    done = run(fake, "orders", "list", "--all", *(each for pair in given.items() for each in pair))
    assert done.exit_code == 0
    ((_, _, query, *_),) = fake.asked
    assert query.split("&") == [
        "limit=250",
        *("kind=lidb", "state=open", "telephone_number=2018551020", "customer_order_id=mine"),
        *("bandwidth_order_id=theirs", "batch_id=batch", "origin=api", "error_code=5076"),
        *("created_from=2026-01-31T12%3A00%3A00%2B00%3A00", "created_to=2026-02-01T12%3A00%3A00%2B00%3A00"),
    ]
