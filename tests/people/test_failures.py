"""What goes wrong: one message on stderr, nothing on stdout, an exit code that tells what sort it is."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest
import rig
import stand_in
from stand_in import HOSTILE, ID, ORDERS, VARIABLES

from service.client import attempts

PATH = f"{ORDERS}/{ID}"


@pytest.mark.parametrize(
    ("status", "slug", "code"),
    [
        (400, "malformed-request", 3),
        (401, "unauthenticated", 3),
        (403, "scope-missing", 3),
        (404, "not-found", 3),
        (409, "not-possible-now", 3),
        (410, "purged", 3),
        (418, "a-problem-of-tomorrow", 3),
        (500, "internal", 4),
        (502, "bandwidth-refused", 4),
    ],
)
def test_a_problem_of_the_api_is_told(run, fake, status, slug, code):
    fake.problem("GET", PATH, status, slug)
    done = run(fake, "orders", "get", ID)
    assert (done.exit_code, done.stdout) == (code, "")
    assert done.stderr == f"It is {slug} (HTTP {status}, {slug})\nBecause.\n"


def test_each_wrong_field_has_a_line_with_its_pointer_and_code(run, fake):
    errors = [
        {"pointer": "/groups/0/sms", "detail": "Give one of: on, off.", "code": "5113"},
        {"pointer": "", "detail": "Too many.", "code": None},
        {"pointer": "/telephone_number", "detail": "Wrong.", "code": None, "line": 7},
        *({"pointer": f"/{at}", "detail": "Wrong."} for at in range(60)),
    ]
    fake.problem("POST", f"{ORDERS}/lidb", 422, "invalid-order", errors=errors)
    done = run(fake, "orders", "submit", "lidb", stdin="{}")
    lines = done.stderr.splitlines()
    assert done.exit_code == 3
    assert lines[2:5] == [
        "  /groups/0/sms: Give one of: on, off. [5113]",
        "  /: Too many.",
        "  line 7 /telephone_number: Wrong.",
    ]
    assert lines[-1] == "  and 13 more: --format json shows all of them"
    assert len(lines) == 2 + 50 + 1


def test_programs_get_the_problem_itself_and_no_output(run, fake):
    fake.problem("GET", PATH, 404, "not-found", more=HOSTILE)
    done = run(fake, "orders", "get", ID, "--format", "json")
    assert (done.exit_code, done.stdout) == (3, "")
    said = json.loads(done.stderr)
    assert (said["type"], said["more"]) == ("/problems/not-found", HOSTILE)
    assert "\x9b" not in done.stderr


def test_a_problem_that_is_hostile_does_nothing_to_a_terminal(run, fake):
    fake.problem(
        "GET", PATH, 404, "not-found", title=HOSTILE, detail=HOSTILE, errors=[{"pointer": HOSTILE, "detail": HOSTILE}]
    )
    done = run(fake, "orders", "get", ID)
    assert done.exit_code == 3
    assert all(each.isprintable() for line in done.stderr.split("\n") for each in line)
    assert "[bold red]x[/]" in done.stderr


def test_an_order_that_may_be_on_disk_is_named(run, fake):
    fake.problem("GET", PATH, 500, "internal", order_id=ID)
    assert f"order-tracker orders get {ID}" in run(fake, "orders", "get", ID).stderr


def test_what_is_not_the_tracker_is_not_available(run, fake):
    fake.say("GET", PATH, b"<html>hello\x1b[2J")
    done = run(fake, "orders", "get", ID)
    assert (done.exit_code, done.stdout) == (4, "")
    assert "Is this the tracker?" in done.stderr
    assert "\x1b" not in done.stderr


def test_nobody_there_is_not_available(run, monkeypatch):
    monkeypatch.setattr(attempts, "FIRST_PAUSE", 0.001)
    nobody = stand_in.Fake(f"http://127.0.0.1:{rig.free_port()}")
    done = run(nobody, "endpoints", "ping", ID)
    assert (done.exit_code, done.stdout) == (4, "")
    assert "cannot be reached" in done.stderr


@pytest.mark.parametrize("order_id", ["", " ", ".", ".."])
def test_an_id_that_would_lead_elsewhere_is_wrong_use(run, fake, order_id):
    assert run(fake, "orders", "cancel", order_id).exit_code == 2
    assert fake.asked == []


@pytest.mark.parametrize("order_id", ["../../x", "a/b?c#d", "%2e%2e", "\x1b[2J", "ü"])
def test_an_id_stays_one_part_of_the_address(run, fake, order_id):
    assert run(fake, "orders", "cancel", order_id).exit_code == 4
    ((_, path, query, *_),) = fake.asked
    assert path.startswith(f"{ORDERS}/")
    assert (path.count("/"), query, path.endswith("/cancel")) == (6, "", True)


@pytest.mark.parametrize(("flags", "told"), [(["-q"], f"{ID}\n"), (["--format", "json"], None), ([], "")])
def test_the_id_of_what_was_accepted_is_told_although_the_wait_fails(run, fake, flags, told):
    accepted = stand_in.order(state="accepted")
    fake.say("POST", f"{ORDERS}/lidb", accepted, 202)
    fake.problem("GET", PATH, 500, "internal")
    done = run(fake, "orders", "submit", "lidb", "--wait", *flags, stdin="{}")
    assert done.exit_code == 4
    assert done.stdout == told if told is not None else json.loads(done.stdout) == accepted
    assert (f"order-tracker orders watch {ID}" in done.stderr) == ("-q" not in flags)


def test_nobody_who_reads_is_no_error_of_ours(fake):
    fake.say("GET", PATH, stand_in.order())
    environment = {**os.environ, **dict(zip(VARIABLES, (fake.url, fake.token, fake.account_id), strict=True))}
    command = [sys.executable, "-m", "service.cli", "orders", "get", ID]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment, cwd=rig.Path(__file__).parents[2]
    ) as process:
        process.stdout.close()
        assert (process.wait(30), process.stderr.read()) == (141, b"")
