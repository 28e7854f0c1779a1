"""What commands are given: times, bodies, secrets."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import typer
from stand_in import ID, ORDERS, VARIABLES, order

from service.people import times


@pytest.mark.parametrize(("text", "span"), [("90s", 90), ("30m", 1_800), ("2h", 7_200), ("7d", 604_800), ("0s", 0)])
def test_a_span_of_time_counts_from_now(text, span):
    now = datetime.now(UTC)
    assert abs(times.past(text) - (now - timedelta(seconds=span))) < timedelta(seconds=5)
    assert abs(times.future(text) - (now + timedelta(seconds=span))) < timedelta(seconds=5)


@pytest.mark.parametrize(
    ("text", "hour"),
    [("2026-01-31T12:00:00Z", 12), ("2026-01-31T12:00:00+02:00", 10), ("2026-01-31 12:00", 12), ("2026-01-31", 0)],
)
def test_a_time_without_a_zone_is_that_of_the_clock_on_the_wall(text, hour, monkeypatch):
    assert times.past(text).astimezone(UTC) == datetime(2026, 1, 31, hour, tzinfo=UTC)


@pytest.mark.parametrize(
    "text", ["", "2x", "-1h", "9999999d", "tomorrow", "2026-13-01", "٣h", "0001-01-01T00:00:00+23:00"]
)
def test_a_time_that_is_none(text):
    with pytest.raises(typer.BadParameter, match="is no time"):
        times.past(text)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "is not JSON"),
        (b"[]", "holds no JSON object"),
        (b'"x"', "holds no JSON object"),
        (b'{"a": 1, "a": 2}', "appears twice"),
        (b'{"a": NaN}', "is not valid JSON"),
        (b'{"a": "\xff"}', "is not UTF-8"),
        (b"[" * 100_000, "nested too deeply"),
        (b'{"a": 1', "line 1 column"),
    ],
)
def test_a_body_that_is_no_order_is_wrong_use_and_never_sent(run, fake, body, words):
    Path("order.json").write_bytes(body)
    for arguments, stdin in ((["order.json"], None), (["-"], body), ([], body)):
        done = run(fake, "orders", "submit", "lidb", *arguments, stdin=stdin)
        assert (done.exit_code, done.stdout) == (2, "")
        assert words in done.stderr
    assert fake.asked == []


@pytest.mark.parametrize("name", ["missing.json", "."])
def test_a_file_that_cannot_be_read_is_wrong_use(run, fake, name):
    done = run(fake, "orders", "submit", "lidb", name)
    assert (done.exit_code, done.stdout) == (2, "")
    assert f"{name} cannot be read: " in done.stderr


def test_what_is_given_is_sent(run, fake):
    fake.say("POST", f"{ORDERS}/lidb", order(), 202)
    more = ("--idempotency-key", "mine", "--not-before", "2026-01-31T12:00:00Z")
    done = run(fake, "orders", "submit", "lidb", *more, stdin='{"groups": []}')
    assert done.exit_code == 0
    ((_, _, query, headers, body),) = fake.asked
    assert (query, headers["Idempotency-Key"]) == ("", "mine")
    assert json.loads(body) == {"groups": [], "not_before": "2026-01-31T12:00:00+00:00"}


def test_a_change_is_sent_to_the_order(run, fake):
    fake.say("PUT", f"{ORDERS}/{ID}", order(id="next", amends=ID), 202)
    done = run(fake, "orders", "amend", ID, "-q", stdin='{"groups": []}')
    assert (done.exit_code, done.stdout) == (0, "next\n")
    assert json.loads(fake.asked[0][-1]) == {"groups": []}


def test_secrets_are_read_from_standard_input_and_from_files(run, fake):
    fake.say("POST", f"{ORDERS}/{ID}/retry-failed", order(), 202)
    Path("code").write_text("filed=1\n")
    given = (
        "--secret",
        "/groups/0/port_out_passcode=-",
        "--secret",
        "/groups/1/port_out_passcode=code",
        "--secret",
        "/groups/2/x",
    )
    done = run(fake, "orders", "retry-failed", ID, *given, stdin="typed 1\nlast")
    assert done.exit_code == 0
    assert json.loads(fake.asked[0][-1])["secrets"] == {
        "/groups/0/port_out_passcode": "typed 1",
        "/groups/1/port_out_passcode": "filed=1",
        "/groups/2/x": "last",
    }


@pytest.mark.parametrize(
    ("secret", "words"),
    [
        ("1234", "Give --secret as POINTER=FROM"),
        ("/a=4711-secret", "stands on no command line"),
        ("/a=-", "no line for it"),
    ],
)
def test_a_secret_on_the_command_line_is_refused_and_not_repeated(run, fake, secret, words):
    done = run(fake, "orders", "retry-failed", ID, "--secret", secret, stdin="")
    assert done.exit_code == 2
    assert words in " ".join(done.stderr.split())
    assert "4711" not in done.output
    assert fake.asked == []


def test_a_secret_that_is_typed_is_not_shown(fake):
    fake.say("POST", f"{ORDERS}/{ID}/retry-failed", order(), 202)
    terminal, end = pty.openpty()
    environment = {**os.environ, **dict(zip(VARIABLES, (fake.url, fake.token, fake.account_id), strict=True))}
    # the first terminal that the leader of a session opens is the one that passwords are typed at
    inner = (
        f"exec {sys.executable} -m service.cli orders retry-failed {ID} --secret /groups/0/x=- -q <{{0}} >{{0}} 2>&1"
    )
    command = ["sh", "-c", inner.format(os.ttyname(end))]
    with subprocess.Popen(command, start_new_session=True, env=environment, cwd=Path(__file__).parents[2]) as process:
        said = os.read(terminal, 4096)
        while b"/groups/0/x: " not in said:
            said += os.read(terminal, 4096)
        os.write(terminal, b"4711\n")
        while ID.encode() not in said:
            said += os.read(terminal, 4096)
        assert process.wait(30) == 0
    os.close(terminal)
    os.close(end)
    assert b"4711" not in said
    assert json.loads(fake.asked[0][-1])["secrets"] == {"/groups/0/x": "4711"}


@pytest.mark.parametrize(
    "arguments",
    [
        ["orders", "submit", "lidb", "--dry-run", "--wait"],
        ["orders", "submit", "lidb", "--timeout", "0"],
        ["orders", "submit", "lidb", "--not-before", "soon"],
        ["orders", "list", "--limit", "0"],
        ["orders", "list", "--from", "soon"],
        ["orders", "watch", " "],
        ["orders", "watch", *map(str, range(101))],
        ["orders", "bulk", "lidb", "--rows", "xml"],
        ["endpoints", "change", "e"],
        ["endpoints", "change", "e", "--type", "ping", "--all-types"],
        ["deliveries", "replay-since", "e", "soon"],
        ["callbacks", "replay"],
        ["callbacks", "replay", "order:x", "--all"],
        ["events", "tail", "--count", "0"],
        ["orders", "get", ID, "--format", "xml"],
    ],
)
def test_wrong_use_is_told_and_nothing_is_asked(run, fake, arguments):
    done = run(fake, *arguments, stdin="{}")
    assert (done.exit_code, done.stdout) == (2, "")
    assert "Usage" in done.stderr
    assert fake.asked == []


@pytest.mark.parametrize(
    ("name", "more", "media"),
    [
        ("rows.csv", [], "text/csv"),
        ("rows.CSV", [], "text/csv"),
        ("rows", [], "application/x-ndjson"),
        ("rows.txt", ["--rows", "csv"], "text/csv"),
        ("rows.csv", ["--rows", "ndjson"], "application/x-ndjson"),
    ],
)
def test_rows_are_sent_as_what_they_are(run, fake, name, more, media):
    fake.say("POST", f"{ORDERS}/lidb/bulk", {"id": "b", "state": "accepting"}, 202)
    Path(name).write_bytes(b"\xefrows")
    options = ("--on-errors", "reject", "--order-size", "7", "--idempotency-key", "mine")
    assert run(fake, "orders", "bulk", "lidb", name, *more, *options).exit_code == 0
    ((_, _, query, headers, body),) = fake.asked
    assert (headers["Content-Type"], headers["Idempotency-Key"], body) == (media, "mine", b"\xefrows")
    assert query == "on_errors=reject&order_size=7"
