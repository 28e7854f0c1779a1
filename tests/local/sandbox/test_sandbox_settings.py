"""What the PUTs of numbers and of locations have in common: faults, the ledger, and a restart."""

from __future__ import annotations

import time
from dataclasses import dataclass

import httpx
import pytest
from peer_requests import FULL, NUMBERS, PACE, PLAIN, SHOWS, change, details, got, number, options, texts, timed
from sandbox_harness import ACCOUNT, SUBSCRIPTIONS, order, until

TN = "2018551020"
OTHER = "2018551021"
URL = "https://example.com/callbacks"


@dataclass(frozen=True)
class Setting:
    """One kind of setting: where it is PUT, how, and where the new text shows."""

    kind: str
    path: str
    body: str
    numbers: tuple[str, ...]
    shown: str

    def shows(self, sandbox):
        return got(sandbox, self.path).findtext(f".//{self.shown}") == "new"


SETTINGS = [
    Setting("number-options", f"{NUMBERS}/{TN}", number(TN, "<RewriteUser>new</RewriteUser>"), (TN,), "RewriteUser"),
    Setting(
        "location-failover",
        FULL,
        "<SipPeer><PeerName>Trunk</PeerName><Description>new</Description></SipPeer>",
        (),
        "Description",
    ),
]
every_setting = pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting.kind)


@every_setting
def test_a_reset_after_acceptance_leaves_a_setting_changed_without_an_answer(own_sandbox, setting):
    own_sandbox.faults(accept_then_reset=1)
    with pytest.raises(httpx.ReadError):
        own_sandbox.http.put(setting.path, content=setting.body)
    assert own_sandbox.acted()["accept_then_reset"] == 1
    [entry] = own_sandbox.ledger()
    assert (entry["kind"], entry["posts"], entry["answers"]) == (setting.kind, 1, ["reset"])
    until(lambda: setting.shows(own_sandbox))


@every_setting
def test_a_reset_before_acceptance_leaves_nothing_but_the_count(setting):
    with timed() as sandbox:
        sandbox.faults(reset_before_accept=1)
        with pytest.raises(httpx.ReadError):
            sandbox.http.put(setting.path, content=setting.body)
        sandbox.clock.wait(SHOWS)
        assert not setting.shows(sandbox)
        assert sandbox.ledger()[0]["answers"] == ["reset"]
        assert sandbox.acted()["reset_before_accept"] == 1


@every_setting
def test_a_refused_put_is_never_reset_as_if_it_were_taken(own_sandbox, setting):
    own_sandbox.faults(accept_then_reset=1)
    assert own_sandbox.http.put(setting.path, content="<Other/>").status_code == 400
    assert change(own_sandbox, "2015550126").status_code == 409
    assert own_sandbox.acted()["accept_then_reset"] == 0


@every_setting
@pytest.mark.parametrize(("name", "status"), [("error_500", 500), ("error_503", 503), ("error_429", 429)])
def test_an_error_answers_without_a_body_and_changes_nothing(setting, name, status):
    with timed() as sandbox:
        sandbox.faults(**{name: 1})
        answer = sandbox.http.put(setting.path, content=setting.body)
        assert (answer.status_code, answer.content) == (status, b"")
        sandbox.clock.wait(SHOWS)
        assert not setting.shows(sandbox)
        assert sandbox.ledger()[0]["answers"] == [str(status)]


@every_setting
def test_a_429_says_when_to_come_back(own_sandbox, setting):
    own_sandbox.faults(error_429=1)
    answer = own_sandbox.http.put(setting.path, content=setting.body)
    assert 0 < int(answer.headers["X-RateLimit-Reset"]) - time.time() <= 2


def test_an_answer_can_trickle(own_sandbox):
    own_sandbox.faults(trickle_ms=1)
    with own_sandbox.http.stream("PUT", FULL, content=SETTINGS[1].body) as answer:
        pieces = list(answer.iter_raw())
    assert len(pieces) > 1
    assert len(b"".join(pieces)) == int(answer.headers["Content-Length"])


@every_setting
def test_faults_leave_the_reading_of_settings_alone(own_sandbox, setting):
    own_sandbox.faults(reset_before_accept=1, error_500=1, accept_then_reset=1, latency_ms=60_000)
    assert not setting.shows(own_sandbox)
    details(own_sandbox, TN)
    assert set(own_sandbox.acted().values()) == {0}


@every_setting
def test_the_ledger_tells_a_setting_without_an_order(setting):
    with timed() as sandbox:
        assert sandbox.http.put(setting.path, content=setting.body).status_code == 200
        assert sandbox.ledger() == [
            {
                "account_id": ACCOUNT,
                "kind": setting.kind,
                "order_id": None,
                "customer_order_id": None,
                "telephone_numbers": list(setting.numbers),
                "created_at": "2026-05-10T12:00:00.000Z",
                "completed_at": None,
                "status": None,
                "posts": 1,
                "answers": ["200"],
                "changes": [],
                "overlapped": [],
            }
        ]


@every_setting
def test_the_ledger_counts_every_arrival_of_the_same_body(own_sandbox, setting):
    own_sandbox.faults(error_503=1)
    own_sandbox.http.put(setting.path, content=setting.body)
    own_sandbox.faults()
    own_sandbox.http.put(setting.path, content=setting.body, headers={"Authorization": ""})
    own_sandbox.http.put(setting.path, content=setting.body)
    own_sandbox.http.put(setting.path, content=setting.body.replace("new", "other"))
    first, second = own_sandbox.ledger()
    assert (first["posts"], first["answers"]) == (3, ["503", "401", "200"])
    assert (second["posts"], second["kind"]) == (1, setting.kind)


@every_setting
def test_the_ledger_tells_what_was_refused_too(own_sandbox, setting):
    own_sandbox.http.put(setting.path, content="<nonsense")
    own_sandbox.http.put(setting.path.replace(ACCOUNT, "1"), content=setting.body)
    nonsense, elsewhere = own_sandbox.ledger()
    assert (nonsense["answers"], nonsense["telephone_numbers"]) == (["400"], [])
    assert (elsewhere["account_id"], elsewhere["answers"]) == ("1", ["403"])


def test_the_ledger_has_conflicts_and_finds_settings_by_number(own_sandbox):
    own_sandbox.accepted(OTHER)
    for _ in range(3):
        change(own_sandbox, "2015550127")
    [entry] = own_sandbox.ledger(tn="2015550127")
    assert (entry["kind"], entry["answers"]) == ("number-options", ["409", "409", "200"])
    assert [each["kind"] for each in own_sandbox.ledger(tn=OTHER)] == ["tn-options"]


def test_an_order_and_a_setting_do_not_overlap(own_sandbox):
    change(own_sandbox, TN)
    own_sandbox.accepted(TN)
    assert [entry["overlapped"] for entry in own_sandbox.ledger(tn=TN)] == [[], []]


def test_a_restart_keeps_settings_and_their_lines_in_the_ledger(tmp_path):
    never_shows = "2015550128"
    with timed(data_dir=tmp_path) as sandbox:
        sandbox.http.put(FULL, content="<SipPeer><PeerName>Trunk</PeerName><Description>old</Description></SipPeer>")
        for setting in SETTINGS:
            assert sandbox.http.put(setting.path, content=setting.body).status_code == 200
        change(sandbox, never_shows, "<RewriteUser>new</RewriteUser>")
        sandbox.http.put("/_sandbox/locations/9900000/2/500015", json={"Description": "from the dashboard"})
        location, ledger = got(sandbox, FULL), sandbox.ledger()
    with timed(data_dir=tmp_path) as sandbox:
        assert texts(got(sandbox, FULL)) == texts(location)
        assert got(sandbox, PLAIN).findtext(".//Description") == "from the dashboard"
        assert sandbox.ledger() == ledger
        assert change(sandbox, TN).status_code == 409
        sandbox.clock.wait(SHOWS)
        assert options(sandbox, TN)["RewriteUser"] == "new"
        assert "RewriteUser" not in options(sandbox, never_shows)


def test_a_restart_keeps_what_orders_and_puts_have_made_of_a_number(tmp_path):
    plan = (
        "<OriginationRoutePlan><Action>asSpecified</Action><Route><Endpoint>7042661721</Endpoint>"
        "<Priority>1</Priority><Weight>1</Weight></Route></OriginationRoutePlan>"
    )
    with timed(data_dir=tmp_path) as sandbox:
        sandbox.post(order(TN, option="<Sms>on</Sms><NNID>112233</NNID>" + plan))
        sandbox.clock.wait(PACE)
        change(sandbox, TN, "<CallForward>7042661720</CallForward>")
        sandbox.clock.wait(SHOWS)
        before, now = details(sandbox, TN), sandbox.clock.now
    with timed(data_dir=tmp_path) as sandbox:
        sandbox.clock.now = now
        assert texts(details(sandbox, TN)) == texts(before)
        assert texts(before)["CallForward"] == "7042661720"


def test_a_restart_keeps_the_end_that_somebody_gave_a_subscription(tmp_path):
    with timed(data_dir=tmp_path) as sandbox:
        subscription_id = sandbox.subscribe(URL, credentials=("user", "secret"))
        sandbox.http.put(f"/_sandbox/subscriptions/{subscription_id}", json={"expiry": 30})
    with timed(data_dir=tmp_path) as sandbox:
        assert got(sandbox, f"{SUBSCRIPTIONS}/{subscription_id}").findtext(".//Expiry") == "30"
        sandbox.clock.wait(30)
        assert sandbox.http.get(f"{SUBSCRIPTIONS}/{subscription_id}").status_code == 404
