"""A number at the door: Bandwidth's details joined with what our orders say; our half alone while Bandwidth is away."""

from __future__ import annotations

import asyncio
import contextlib
from urllib.parse import quote

import pytest
import rig
import uvicorn
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Route

from service.api import numbers
from service.store import keys, naming

NUMBER = "2015550199"
PASSCODE = "s3cr3t77"
ELSEWHERE, UNKNOWN, FAILS, STAYS_RECEIVED, STAYS_PROCESSING = (
    "2015550129", "2015550130", "2015550101", "2015550121", "2015550120",
)  # fmt: skip
LISTING = {
    "subscriber_type": "BUSINESS",
    "listing_type": "LISTED",
    "listing_name": {"last_name": "Joes Garage"},
    "list_address": True,
    "address": {
        "house_number": "12", "street_name": "Elm", "city": "New York", "state_code": "NY", "zip": "10007",
    },
}  # fmt: skip
NAME = {"subscriber_information": "Joes Garage", "use_type": "BUSINESS", "visibility": "PUBLIC"}


def door(world, number=NUMBER):
    return f"/v1/accounts/{world.account}/numbers/{quote(number, safe='')}"


async def seen(world, number=NUMBER):
    answer = await world.api.get(door(world, number))
    assert answer.status_code == 200, answer.text
    return answer.json()


async def missing(world, number):
    answer = await world.api.get(door(world, number))
    assert (answer.status_code, answer.json()["type"]) == (404, "/problems/not-found"), answer.text
    return answer.json()["detail"]


async def ended(world, number=NUMBER, kind="tn-options", **options):
    order = await world.submit([{"telephone_numbers": [number], **(options or {"sms": "on"})}], kind=kind)
    return await world.ended(order["id"])


def self_of(order):
    return {"self": order["links"]["self"]}


async def test_a_number_that_no_order_names_has_bandwidths_half_alone(world):
    found = await seen(world)
    bandwidth = found.pop("bandwidth")
    assert found == {
        "telephone_number": NUMBER,
        "e164": f"+1{NUMBER}",
        "account_id": world.account,
        "open_orders": [],
        "last_outcomes": [],
        "more_orders": False,
        "bandwidth_absent": None,
        "links": {"self": door(world)},
    }
    assert (bandwidth["account_id"], bandwidth["full_number"]) == (world.account, NUMBER)
    assert (bandwidth["status"], bandwidth["on_net_vendor"]) == ("Inservice", "true")
    assert bandwidth["in_service_date"] == "2014-07-30T11:29:37.000Z"
    assert bandwidth["sip_peer"].keys() == {"peer_id", "peer_name", "is_default_peer"}
    assert bandwidth["features"] == {"e911": None, "lidb": None, "dlda": None}
    assert bandwidth["tn_options"] is None
    assert "hosted" not in bandwidth


async def test_options_show_after_their_order_and_the_order_is_the_last_outcome(world):
    order = await ended(
        world,
        call_forward="2015550111",
        calling_name_display="on",
        sms="on",
        protected="true",
        nnid="101601",
        a2p_settings={"message_class": "A", "campaign_id": "C1"},
        pindrop_enabled=True,
    )
    found = await seen(world)
    (last,) = found["last_outcomes"]
    assert last == {
        "order_id": order["id"],
        "kind": "tn-options",
        "state": "complete",
        "outcome": "complete",
        "code": None,
        "description": None,
        "retryable": None,
        "warning": None,
        "completed_at": order["completed_at"],
        "links": self_of(order),
    }
    bandwidth = found["bandwidth"]
    assert found["open_orders"] == []
    assert {name: value for name, value in bandwidth["tn_options"].items() if value} == {
        "call_forward": "2015550111",
        "calling_name_display": "on",
        "pindrop_enabled": "true",
    }
    assert bandwidth["messaging_settings"] == {
        "sms_enabled": "true",
        "campaign_id": "C1",
        "campaign_fully_provisioned": None,
        "message_class": "A",
        "a2p_state": "overridden",
        "assigned_nn_route": {"nnid": "101601", "name": "Route 101601"},
    }
    assert bandwidth["tn_attributes"] == ["Protected"]


async def test_a_route_plan_shows_in_the_words_of_orders(world):
    routes = [{"endpoint": "2015550112", "priority": 1, "weight": 100, "endpoint_type": "TN", "name": "first"}]
    await ended(world, origination_route_plan={"routes": routes})
    plan = (await seen(world))["bandwidth"]["origination_route_plan"]
    assert plan["id"]
    assert plan["routes"] == routes


async def test_the_passcode_is_nowhere(world, logs):
    order = await ended(world, port_out_passcode=PASSCODE, sms="on")
    answer = await world.api.get(door(world))
    shown = (await world.sandbox.get(f"/api/v1/tns/{NUMBER}/tndetails", auth=("sandbox-user", "sandbox-password"))).text
    documents = (await world.api.get(order["links"]["documents"])).text
    assert PASSCODE in shown
    assert answer.json()["bandwidth"]["messaging_settings"]["sms_enabled"] == "true"
    assert answer.json()["bandwidth"]["tn_options"] is None
    for text in (answer.text, documents, str(logs)):
        assert PASSCODE not in text
        assert "passcode" not in answer.text


async def test_open_orders_are_told_oldest_first_with_the_one_that_they_wait_for(world):
    first = await world.submit([{"telephone_numbers": [NUMBER, STAYS_RECEIVED], "sms": "on"}])
    await world.until(first["id"], "received")
    second = await world.submit([{"telephone_numbers": [NUMBER, "2015550198"], "sms": "off"}])
    found = await seen(world)
    assert [each["order_id"] for each in found["open_orders"]] == [first["id"], second["id"]]
    assert found["open_orders"][1] == {
        "order_id": second["id"],
        "kind": "tn-options",
        "state": "held",
        "held_by": first["id"],
        "created_at": second["created_at"],
        "links": self_of(second),
    }
    assert found["open_orders"][0]["held_by"] is None
    assert found["last_outcomes"] == []
    assert [each["order_id"] for each in (await seen(world, "2015550198"))["open_orders"]] == [second["id"]]


async def test_a_number_that_failed_shows_why_where_the_rest_of_its_order_is_complete(world):
    order = await world.submit([{"telephone_numbers": [NUMBER, FAILS], "sms": "on"}])
    await world.ended(order["id"])
    (failed,) = (await seen(world, FAILS))["last_outcomes"]
    (done,) = (await seen(world))["last_outcomes"]
    assert (failed["state"], failed["outcome"], failed["code"]) == ("partial", "failed", "5076")
    assert failed["description"] == "Telephone number is not available."
    assert (done["state"], done["outcome"], done["code"]) == ("partial", "complete", None)


async def test_the_last_outcome_is_of_the_order_that_ended_last_and_cancelled_ones_count(world):
    await ended(world)
    later = await world.submit()
    held = await world.submit([{"telephone_numbers": [NUMBER, "2015551234"], "sms": "off"}])
    await world.api.post(f"{held['links']['self']}/cancel")
    (last,) = (await seen(world))["last_outcomes"]
    assert (last["order_id"], last["state"], last["outcome"]) == (held["id"], "cancelled", "cancelled")
    assert later["state"] == "accepted"


async def test_each_kind_has_its_own_last_outcome_and_its_feature(world):
    options = await ended(world)
    name = await ended(world, kind="lidb", **NAME)
    listing = await ended(world, kind="dlda", **LISTING)
    change = {"telephone_number": NUMBER, "sms": False}
    one = (await world.api.post(f"{world.orders}/number-options", json=change)).json()
    one = await world.ended(one["id"])

    found = await seen(world)

    assert [(each["kind"], each["order_id"], each["outcome"]) for each in found["last_outcomes"]] == [
        ("number-options", one["id"], "complete"),
        ("dlda", listing["id"], "complete"),
        ("lidb", name["id"], "complete"),
        ("tn-options", options["id"], "complete"),
    ]
    features = found["bandwidth"]["features"]
    assert features["lidb"] == {"status": "Success", **NAME}
    dlda = features["dlda"]
    assert (dlda["status"], dlda["subscriber_type"], dlda["list_address"]) == ("Success", "BUSINESS", "true")
    assert dlda["listing_name"]["last_name"] == "Joes Garage"
    assert (dlda["address"]["house_number"], dlda["address"]["country"]) == ("12", "United States")
    assert dlda["order"] is None
    assert "bandwidth_order_id" not in dlda


async def test_a_listing_in_process_shows_the_order_behind_it_as_bandwidths_and_as_ours(world):
    order = await world.submit([{"telephone_numbers": [NUMBER, STAYS_RECEIVED], **LISTING}], kind="dlda")
    order = await world.until(order["id"], "received")
    dlda = (await seen(world))["bandwidth"]["features"]["dlda"]
    assert dlda["status"] == "Pending-Editable"
    assert (dlda["listing_name"], dlda["address"]) == (None, None)
    assert dlda["order"] == {
        "bandwidth_order_id": order["bandwidth_order_id"], "order_id": order["id"], "links": self_of(order),
    }  # fmt: skip


async def test_a_listing_that_is_locked_says_so(world):
    order = await world.submit([{"telephone_numbers": [STAYS_PROCESSING], **LISTING}], kind="dlda")
    order = await world.until(order["id"], "processing")
    dlda = (await seen(world, STAYS_PROCESSING))["bandwidth"]["features"]["dlda"]
    assert (dlda["status"], dlda["order"]["order_id"]) == ("Pending-Locked", order["id"])


async def test_a_name_in_process_and_a_listing_that_failed_say_so(world):
    name = await world.submit([{"telephone_numbers": [STAYS_PROCESSING], **NAME}], kind="lidb")
    await world.until(name["id"], "processing")
    listing = await world.submit([{"telephone_numbers": ["2015550112"], **LISTING}], kind="dlda")
    await world.ended(listing["id"])
    assert (await seen(world, STAYS_PROCESSING))["bandwidth"]["features"]["lidb"]["status"] == "Pending"
    failed = await seen(world, "2015550112")
    assert failed["bandwidth"]["features"]["dlda"]["status"] == "Failed"
    assert [(each["kind"], each["outcome"]) for each in failed["last_outcomes"]] == [("dlda", "failed")]


@pytest.mark.parametrize(
    "notation",
    [
        NUMBER, f"+1{NUMBER}", f"1{NUMBER}", "(201) 555-0199", "+1 201.555.0199", "201/555-0199", "201-555\u20130199",
        "  2015550199",
    ],
)  # fmt: skip
async def test_a_number_is_taken_in_any_usual_notation_and_told_in_one(world, notation):
    found = await seen(world, notation)
    assert (found["telephone_number"], found["links"]) == (NUMBER, {"self": door(world)})
    assert found["bandwidth"]["full_number"] == NUMBER


async def test_a_plus_need_not_be_encoded(world):
    answer = await world.api.get(f"/v1/accounts/{world.account}/numbers/+1{NUMBER}")
    assert (answer.status_code, answer.json()["telephone_number"]) == (200, NUMBER)


ARABIC_DIGITS = "".join(chr(0x660 + int(digit)) for digit in NUMBER)


@pytest.mark.parametrize(
    "text", ["abc", "201555019", "20155501999", "+442079460000", "1155550199", ARABIC_DIGITS, "x" * 500]
)
async def test_what_is_no_number_is_not_found_and_says_what_to_give(world, text):
    detail = await missing(world, text)
    assert detail == (
        f"{text[:40]!r} is not a telephone number: give ten digits, +1 and ten digits, or the usual punctuation."
    )


@pytest.mark.parametrize("path", ["", "/", f"/{NUMBER}/", f"/{NUMBER}/order", f"/{NUMBER}/orders/", f"/{NUMBER}%0A"])
async def test_addresses_beside_a_numbers_own_are_not_found(world, path):
    answer = await world.api.get(f"/v1/accounts/{world.account}/numbers{path}")
    assert (answer.status_code, answer.json()["type"]) == (404, "/problems/not-found")


async def test_a_number_of_another_account_is_not_found_and_nothing_leaks(world):
    detail = await missing(world, ELSEWHERE)
    assert detail == f"Account {world.account} has no number {ELSEWHERE}."
    assert detail.replace(ELSEWHERE, UNKNOWN) == await missing(world, UNKNOWN)


async def test_a_number_that_has_moved_to_another_account_is_not_found_though_our_orders_name_it(world):
    await ended(world, ELSEWHERE)
    assert ELSEWHERE in await missing(world, ELSEWHERE)


async def test_a_number_that_bandwidth_does_not_know_but_our_orders_do_shows_our_half(world):
    order = await ended(world, UNKNOWN)
    found = await seen(world, UNKNOWN)
    assert [each["order_id"] for each in found["last_outcomes"]] == [order["id"]]
    assert (found["bandwidth"], found["bandwidth_absent"]) == (None, "Bandwidth does not know this number.")


async def test_our_half_is_the_accounts_own(world, valkey):
    await ended(world)
    async with rig.world(valkey.url) as other:
        found = await seen(other)
        assert (found["open_orders"], found["last_outcomes"]) == ([], [])


async def test_the_account_must_be_the_callers(world):
    stranger = await world.api.get(door(world), headers={"Authorization": "Bearer nonsense"})
    other = await world.api.get(f"/v1/accounts/1/numbers/{NUMBER}")
    assert (stranger.status_code, other.status_code) == (401, 404)
    refused = await world.api.post(door(world))
    assert (refused.status_code, set(refused.headers["allow"].split(", "))) == (405, {"GET", "HEAD"})
    assert (await world.api.get(door(world))).headers["cache-control"] == "no-store"


async def test_only_the_newest_orders_are_looked_at_and_the_answer_says_that_there_are_more(world, monkeypatch):
    monkeypatch.setattr(naming, "MOST_ORDERS", 2)
    made = [await world.submit([{"telephone_numbers": [NUMBER], "sms": "on"}]) for _ in range(3)]
    found = await seen(world)
    assert [each["order_id"] for each in found["open_orders"]] == [each["id"] for each in made[1:]]
    assert found["more_orders"] is True


async def test_an_order_whose_record_is_gone_is_passed_over(world):
    gone, kept = await ended(world), await ended(world, kind="lidb", **NAME)
    await world.desk.store.client.delete(keys.order(world.account, gone["id"]))
    assert [each["order_id"] for each in (await seen(world))["last_outcomes"]] == [kept["id"]]


# without Bandwidth


async def test_with_the_sandbox_stopped_our_half_stands_alone(valkey):
    async with rig.world(valkey.url, bandwidth_url=f"http://127.0.0.1:{rig.free_port()}") as world:
        order = await world.submit([{"telephone_numbers": [NUMBER], "sms": "on"}])
        found = await seen(world)
    assert [each["order_id"] for each in found["open_orders"]] == [order["id"]]
    assert found["bandwidth"] is None
    assert "Bandwidth could not be reached" in found["bandwidth_absent"]


async def test_while_the_account_is_paused_bandwidth_is_not_asked_and_the_pause_is_told(valkey):
    async with rig.world(valkey.url, bandwidth_client_secret="wrong") as world:
        order = await world.submit([{"telephone_numbers": [NUMBER], "sms": "on"}])
        before = await seen(world)
        await world.turn()
        paused = await seen(world)
    assert "the token endpoint answered 401" in before["bandwidth_absent"]
    assert paused["bandwidth_absent"].startswith("Nothing is asked of Bandwidth for now: unauthorized: ")
    assert [each["order_id"] for each in paused["open_orders"]] == [order["id"]]


@contextlib.asynccontextmanager
async def facing(valkey, details, dldas=None):
    """A world whose Bandwidth answers with what the sandbox does not print."""

    async def answer_details(request):
        await asyncio.sleep(details[2] if len(details) > 2 else 0)
        return Response(details[1], details[0], media_type="application/xml")

    async def answer_dldas(request):
        asked.append(dict(request.query_params))
        return Response(dldas[1], dldas[0], media_type="application/xml")

    asked = []
    routes = [
        Route("/api/v1/tns/{number}/tndetails", answer_details),
        Route("/api/v1/accounts/{account}/dldas", answer_dldas),
    ]
    server = uvicorn.Server(uvicorn.Config(Starlette(routes=routes), log_config=None))
    basic = {"bandwidth_auth": "basic", "bandwidth_username": "u", "bandwidth_password": "p"}
    with rig.served(server) as url:
        async with rig.world(valkey.url, bandwidth_url=f"{url}/api/v1", **basic) as world:
            world.asked = asked
            yield world


def document(account, inside=""):
    told = f"<FullNumber>{NUMBER}</FullNumber><AccountId>{account}</AccountId>{inside}"
    return f"<TelephoneNumberResponse><TelephoneNumberDetails>{told}</TelephoneNumberDetails></TelephoneNumberResponse>"


@pytest.mark.parametrize(
    ("status", "body", "said"),
    [
        (401, "", "Bandwidth does not accept the credentials (401)."),
        (403, "", "Bandwidth forbids this (403)."),
        (404, "<html/>", "The answer 404 is not in Bandwidth's words."),
        (429, "", "Bandwidth asks for a pause (429)."),
        (500, f"<PortOutPasscode>{PASSCODE}</PortOutPasscode>", "Bandwidth answered 500."),
        (503, "", "Bandwidth answered 503."),
        (200, f"<PortOutPasscode>{PASSCODE}", "Bandwidth's answer does not tell of this number."),
    ],
)
async def test_whatever_keeps_bandwidth_from_answering_is_told_beside_our_half(valkey, status, body, said):
    async with facing(valkey, (status, body)) as world:
        order = await world.submit([{"telephone_numbers": [NUMBER], "sms": "on"}])
        found = await seen(world)
    assert [each["order_id"] for each in found["open_orders"]] == [order["id"]]
    assert found["bandwidth"] is None
    assert found["bandwidth_absent"].strip() == said


async def test_a_slow_bandwidth_is_not_waited_for(valkey, monkeypatch):
    monkeypatch.setattr(numbers, "MOST_SECONDS", 0.05)
    async with facing(valkey, (200, "", 0.5)) as world:
        found = await seen(world)
    assert found["bandwidth_absent"] == "Bandwidth did not answer within 0.05 s."


async def test_what_is_told_of_an_absence_in_the_log_hides_the_number(valkey, logs):
    refusal = f"<X><Error><Code>1</Code><Description>{NUMBER}?</Description></Error></X>"
    async with facing(valkey, (400, refusal)) as world:
        found = await seen(world)
    assert NUMBER in found["bandwidth_absent"]
    told = [each for each in logs if each["event"] == "number.details_absent"]
    assert [(each["number"], each["error"]) for each in told] == [("201*****99", "1: 201*****99?")]
    assert NUMBER not in str(logs)


async def test_a_bug_is_logged_without_the_number(world, logs, monkeypatch):
    async def fails(*_):
        raise RuntimeError("nobody foresaw it")

    monkeypatch.setattr(naming, "naming", fails)
    answer = await world.api.get(door(world, "(201) 555-0199"))
    assert (answer.status_code, answer.json()["type"]) == (500, "/problems/internal-error")
    (told,) = (each for each in logs if each["event"] == "request.failed")
    assert told["path"] == f"/v1/accounts/{world.account}/numbers/201*****99"


async def test_what_is_hosted_on_our_account_is_shown_and_nothing_of_its_owners(valkey):
    details = [200, ""]
    async with facing(valkey, details) as world:
        details[1] = document(
            "14",
            "<City>SECRET CITY</City><HostedTelephoneNumberDetails><HostedTelephoneNumberDetail>"
            f"<AccountId>{world.account}</AccountId><MessagingSettings><SmsEnabled>true</SmsEnabled></MessagingSettings>"
            "</HostedTelephoneNumberDetail></HostedTelephoneNumberDetails>",
        )
        answer = await world.api.get(door(world))
    bandwidth = answer.json()["bandwidth"]
    assert bandwidth["account_id"] == world.account
    assert bandwidth["messaging_settings"]["sms_enabled"] == "true"
    assert "SECRET" not in answer.text


async def test_details_that_name_no_account_are_nobodys(valkey):
    async with facing(
        valkey, (200, f"<X><TelephoneNumberDetails><FullNumber>{NUMBER}</FullNumber></TelephoneNumberDetails></X>")
    ) as world:
        await missing(world, NUMBER)


PENDING = "<Features><Dlda><Status>Pending-Editable</Status>%s</Dlda></Features>"
ORDER = "ddbdc72e-dc27-490c-904e-d0c11291b095"
LIST = (
    "<ResponseSelectWrapper><ListOrderIdUserIdDate><OrderIdUserIdDate><OrderDate>2026-01-01T00:00:00Z</OrderDate>"
    f"<orderId>{ORDER}</orderId><OrderStatus>RECEIVED</OrderStatus></OrderIdUserIdDate></ListOrderIdUserIdDate>"
    "</ResponseSelectWrapper>"
)


@pytest.mark.parametrize(
    ("link", "dldas", "order", "asked"),
    [
        (f"<Link href='/accounts/1/dldas/{ORDER}'/>", (500, ""), ORDER, 0),
        ("", (200, LIST), ORDER, 1),
        ("<OrderId>soon</OrderId>", (200, LIST), ORDER, 1),
        ("", (200, LIST.replace("RECEIVED", "COMPLETE")), None, 1),
        ("", (500, ""), None, 1),
        ("", (403, ""), None, 1),
    ],
)
async def test_the_order_behind_a_listing_is_looked_up_where_no_link_is_found(valkey, link, dldas, order, asked):
    details = [200, ""]
    async with facing(valkey, details, dldas) as world:
        details[1] = document(world.account, PENDING % link)
        dlda = (await seen(world))["bandwidth"]["features"]["dlda"]
        assert world.asked == [{"tn": NUMBER}] * asked
    assert dlda["status"] == "Pending-Editable"
    assert dlda["order"] == (order and {"bandwidth_order_id": order, "order_id": None, "links": {}})


async def test_a_store_that_is_away_is_503():
    with rig.valkey() as server:
        async with rig.world(server.url) as world:
            server.kill()
            answer = await world.api.get(door(world))
            assert (answer.status_code, answer.json()["type"]) == (503, "/problems/store-unavailable")
            assert (await world.api.get(door(world, "nonsense"))).status_code == 404
            server.start_again()
