"""Orders from the command line, through a whole tracker to the sandbox and back; the exit code says how they ended."""

from __future__ import annotations

import json
import os
import pty
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from service.client.testing import Magic

ROOT = Path(__file__).parents[2]


def body(*numbers, **more):
    return json.dumps({"groups": [{"telephone_numbers": list(numbers), "sms": "on"}], **more})


@pytest.fixture
def submit(tracker, run):
    """Submit an order and return the command's end."""

    def submit(*numbers, kind="tn-options", options=(), **more):
        return run(tracker, "orders", "submit", kind, *options, stdin=body(*numbers, **more))

    return submit


def lidb(*numbers):
    group = {"subscriber_information": "Joes Garage", "use_type": "BUSINESS", "visibility": "PUBLIC"}
    return json.dumps({"groups": [{"telephone_numbers": list(numbers), **group}]})


def test_an_order_is_submitted_and_followed_to_its_end(tracker, submit):
    done = submit(tracker.number(), options=["--wait"], customer_order_id="from a shell")
    assert done.exit_code == 0
    order = dict(line.split("  ", 1) for line in done.stdout.splitlines() if line.startswith(("order ", "state ")))
    first, *states = done.stderr.splitlines()
    assert first == f"order {order['order'].strip()}"
    assert (states[0], states[-1]) == ("accepted, 0 of 1 complete, 1 pending", "complete, 1 of 1 complete")
    assert "from a shell" in done.stdout
    assert done.stdout.splitlines()[-1].split()[1] == "complete"


def test_an_order_that_fails_in_part_ends_with_one_and_says_which_number(tracker, submit):
    done = submit(tracker.number(), Magic.NOT_ON_ACCOUNT, options=["--wait", "--format", "json"])
    order = json.loads(done.stdout)
    assert (done.exit_code, order["state"]) == (1, "partial")
    outcomes = {each["telephone_number"]: each["outcome"] for each in order["numbers"]}
    assert outcomes[Magic.NOT_ON_ACCOUNT] == "failed"
    assert sorted(outcomes.values()) == ["complete", "failed"]


def test_a_quiet_command_prints_the_id_alone(tracker, submit):
    done = submit(Magic.NOT_ON_SYSTEM, options=["--wait", "-q"])
    assert (done.exit_code, done.stderr) == (1, "")
    assert tracker.client.get(done.stdout.strip()).state == "failed"


def test_an_order_that_needs_attention_ends_the_wait_with_five_and_can_be_retried_and_cancelled(tracker, run, submit):
    done = submit(Magic.PROXY_PAGE, options=["--wait"])
    assert (done.exit_code, "needs_attention" in done.stdout) == (5, True)
    order_id = done.stderr.splitlines()[0].split()[1]
    watched = run(tracker, "orders", "watch", order_id)
    assert watched.exit_code == 5
    retried = run(tracker, "orders", "retry", order_id, "-q")
    assert (retried.exit_code, retried.stdout) == (0, f"{order_id}\n")
    assert run(tracker, "orders", "watch", order_id).exit_code == 5
    alone = run(tracker, "orders", "step-aside", order_id)
    assert (alone.exit_code, "No order waits for this one" in alone.stderr) == (3, True)
    cancelled = run(tracker, "orders", "cancel", order_id, "--format", "json")
    assert (cancelled.exit_code, json.loads(cancelled.stdout)["state"]) == (0, "cancelled")
    refused = run(tracker, "orders", "cancel", order_id)
    assert (refused.exit_code, refused.stdout, "HTTP 409" in refused.stderr) == (3, "", True)


def test_a_wait_that_takes_too_long_ends_with_four_and_shows_the_order_as_it_is(tracker, run, submit):
    done = submit(Magic.STAYS_PROCESSING, options=["--wait", "--timeout", "1", "--format", "json"])
    order = json.loads(done.stdout)
    assert (done.exit_code, order["completed_at"]) == (4, None)
    assert "after 1 s." in done.stderr
    checked = run(tracker, "orders", "check", order["id"], "--format", "json")
    assert (checked.exit_code, json.loads(checked.stdout)["id"]) == (0, order["id"])


def test_a_dry_run_shows_the_xml_and_makes_no_order(tracker, submit):
    number = tracker.number()
    done = submit(number, options=["--dry-run"])
    assert done.exit_code == 0
    assert f"        <TelephoneNumber>{number}</TelephoneNumber>" in done.stdout.splitlines()
    assert "nothing was stored" in done.stderr
    assert list(tracker.client.iter_number_orders(number)) == []
    told = json.loads(submit(number, options=["--dry-run", "--format", "json"]).stdout)
    assert (told["dry_run"], told["order"]["id"], len(told["requests"])) == (True, None, 1)


def test_a_dry_run_that_foresees_a_bad_end_ends_as_the_order_would(tracker, run):
    change = json.dumps({"telephone_number": Magic.UNKNOWN_NUMBER, "sms": True})
    done = run(tracker, "orders", "submit", "number-options", "--dry-run", stdin=change)
    assert (done.exit_code, "Nothing would be sent: the order would be rejected." in done.stdout) == (1, True)


def test_numbers_that_failed_and_may_succeed_are_submitted_again(tracker, run):
    ended = run(tracker, "orders", "submit", "lidb", "--wait", "-q", stdin=lidb(Magic.FAILED_NAMING_NONE))
    assert ended.exit_code == 1
    order_id = ended.stdout.strip()
    rehearsed = run(tracker, "orders", "retry-failed", order_id, "--dry-run", "--format", "json")
    assert (rehearsed.exit_code, json.loads(rehearsed.stdout)["order"]["retries"]) == (0, order_id)
    again = run(tracker, "orders", "retry-failed", order_id, "--wait", "--format", "json")
    assert (again.exit_code, json.loads(again.stdout)["retries"]) == (1, order_id)


def test_an_order_is_withdrawn_before_its_time(tracker, run, submit):
    order_id = submit(tracker.number(), options=["--not-before", "2h", "-q"]).stdout.strip()
    assert "not before" in run(tracker, "orders", "get", order_id).stdout
    done = run(tracker, "orders", "cancel", order_id)
    assert (done.exit_code, "cancelled" in done.stdout) == (0, True)
    assert run(tracker, "orders", "watch", order_id).exit_code == 1


def test_an_order_and_its_parts_are_shown(tracker, run, submit):
    number = tracker.number()
    order_id = submit(number, options=["--wait", "-q"]).stdout.strip()
    parts = ("--numbers", "--timeline", "--documents")
    told = json.loads(run(tracker, "orders", "get", order_id, *parts, "--format", "json").stdout)
    assert [each["telephone_number"] for each in told["numbers"]] == [number]
    assert told["timeline"][0]["event"] == "accepted"
    assert {each["direction"] for each in told["documents"]} == {"sent", "received"}
    shown = run(tracker, "orders", "get", order_id, *parts).stdout
    assert all(each in shown for each in (order_id, "WHAT BANDWIDTH SAYS", "SOURCE", "<TelephoneNumber>"))
    listed = run(tracker, "orders", "list", "--number", number, "--state", "complete", "--from", "1h", "-q")
    assert listed.stdout == f"{order_id}\n"
    assert run(tracker, "numbers", "orders", number, "-q").stdout == f"{order_id}\n"


def test_an_order_is_watched_to_its_end(tracker, run, submit):
    order_id = submit(tracker.number(), Magic.NOT_IN_SERVICE, options=["-q"]).stdout.strip()
    done = run(tracker, "orders", "watch", order_id, "--format", "json")
    told = [json.loads(line) for line in done.stdout.splitlines()]
    assert (done.exit_code, {each["id"] for each in told}, told[-1]["state"]) == (1, {order_id}, "partial")
    assert [each["version"] for each in told] == sorted({each["version"] for each in told})
    assert run(tracker, "orders", "watch", order_id, "-q").stdout == f"{order_id}\n"
    assert run(tracker, "orders", "watch", order_id, "no-such-order").exit_code == 3


def test_a_batch_is_submitted_and_its_wrong_rows_are_told(tracker, run):
    rows = [{"telephone_number": tracker.number(), "sms": "on"}, {"telephone_number": "2018", "sms": "on"}]
    Path("rows.ndjson").write_text("\n".join(map(json.dumps, rows)))
    done = run(tracker, "orders", "bulk", "tn-options", "rows.ndjson", "--wait")
    assert done.exit_code == 1
    assert "2 valid" not in done.stdout
    assert "1 valid, 1 wrong" in done.stdout
    assert "/telephone_number" in done.stdout
    batch_id = done.stderr.splitlines()[0].split()[1]
    assert done.stderr.splitlines()[-1] == "ended, 1 of 1 numbers done"
    (wrong,) = map(
        json.loads, run(tracker, "batches", "errors", batch_id, "--all", "--format", "json").stdout.splitlines()
    )
    assert wrong["line"] == 2
    shown = json.loads(run(tracker, "batches", "get", batch_id, "--wait", "--format", "json").stdout)
    assert shown["orders"]["by_state"]["complete"] == 1
    assert batch_id in run(tracker, "batches", "list", "-q").stdout.split()
    assert run(tracker, "orders", "list", "--batch", batch_id, "-q").stdout.count("\n") == 1


def test_ctrl_c_ends_the_wait_and_says_that_the_order_goes_on(tracker):
    environment = {**os.environ, "ORDER_TRACKER_URL": tracker.url, "ORDER_TRACKER_TOKEN": tracker.token}
    command = [sys.executable, "-m", "service.cli", "orders", "submit", "tn-options", "--wait"]
    with subprocess.Popen(
        [*command, "--account", tracker.account_id],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment,
        cwd=ROOT,
        text=True,
    ) as process:
        process.stdin.write(body(Magic.STAYS_RECEIVED))
        process.stdin.close()
        order_id = process.stderr.readline().split()[1]
        assert process.stderr.readline().startswith("accepted, 0 of 1 complete")
        process.send_signal(signal.SIGINT)
        *_, last = process.stderr.read().splitlines()
        assert last == f"The order is kept; see how it goes on: order-tracker orders watch {order_id}"
        assert (process.stdout.read(), process.wait(30)) == ("", 130)


@pytest.mark.parametrize("no_color", ["", "1"])
def test_a_terminal_shows_a_table_that_lives_until_ctrl_c(tracker, submit, no_color):
    terminal, end = pty.openpty()
    environment = {**os.environ, "TERM": "xterm", "COLUMNS": "90", "LINES": "24", "NO_COLOR": no_color}
    environment.pop("FORCE_COLOR", None)
    environment |= {"ORDER_TRACKER_URL": tracker.url, "ORDER_TRACKER_TOKEN": tracker.token}
    command = [sys.executable, "-m", "service.cli", "orders", "watch", "--account", tracker.account_id]
    with subprocess.Popen(command, stdin=end, stdout=end, stderr=end, env=environment, cwd=ROOT) as process:
        os.close(end)
        said = b""
        while b"Ctrl-C ends watching" not in said:
            said += os.read(terminal, 4096)
        order_id = submit(tracker.number(), Magic.NOT_ON_ACCOUNT, options=["--wait", "-q"]).stdout.strip()
        while b"partial" not in said.rpartition(order_id.encode())[2]:
            said += os.read(terminal, 4096)
        process.send_signal(signal.SIGINT)
        while b"\x1b[?25h" not in said:
            # the cursor is there again
            said += os.read(terminal, 4096)
        assert process.wait(30) == 130
    os.close(terminal)
    assert (b"\x1b[33mpartial" in said) == (not no_color)
    assert b"Traceback" not in said
