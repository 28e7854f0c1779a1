"""Options of one number: merged into what is there, proved by what shows, and given up with advice."""

from __future__ import annotations

import httpx
import pytest

AUTH = ("sandbox-user", "sandbox-password")
TN = "2018551951"
#: the sandbox: conflicts for ever, twice; never shows; another account's; unknown to tndetails
CONFLICTS, CONFLICTS_TWICE, NEVER, ELSEWHERE, UNKNOWN = (f"20155501{at}" for at in (26, 27, 28, 29, 30))
PLACE = {"site_id": 2, "sip_peer_id": "500014"}


async def ordered(world, number=TN, **options):
    body = {"telephone_number": number, **options}
    answer = await world.api.post(f"{world.orders}/number-options", json=body)
    assert answer.status_code == 202, answer.text
    return answer.json()


async def shown(world, number=TN):
    path = f"/api/v1/accounts/{world.account}/sites/2/sippeers/500014/tns/{number}"
    return (await world.sandbox.get(path, auth=AUTH)).text


async def test_what_an_order_does_not_name_stays_as_it_is(world):
    first = {"call_forward": "6042661720", "rewrite_user": "joe", "number_format": "e164", "rpid_format": "11digit"}
    await world.ended((await ordered(world, **first, calling_name_display=True, protected=True, sms=True))["id"])

    done = await world.ended((await ordered(world, rewrite_user="ann"))["id"])

    assert done["state"] == "complete"
    now = await shown(world)
    for kept in ("<CallForward>6042661720<", "<NumberFormat>e164<", "<RPIDFormat>11digit<", ">Protected<", ">true<"):
        assert kept in now
    assert "<RewriteUser>ann</RewriteUser>" in now


async def test_false_clears(world):
    await world.ended((await ordered(world, call_forward="6042661720", protected=True, sms=True))["id"])

    done = await world.ended((await ordered(world, call_forward=False, protected="false", sms=False))["id"])

    assert done["state"] == "complete"
    assert done["call_forward"] == "false"
    now = await shown(world)
    assert "CallForward" not in now
    assert "Protected" not in now
    assert "<SmsEnabled>false</SmsEnabled>" in now


async def test_an_option_that_an_order_for_line_options_cleared_is_written_in_the_words_of_puts(world):
    cleared = [{"telephone_numbers": [TN], "call_forward": "systemDefault"}]
    await world.ended((await world.submit(cleared))["id"])
    assert "<CallForward>systemDefault</CallForward>" in await shown(world)

    done = await world.ended((await ordered(world, rewrite_user="joe"))["id"])

    assert done["state"] == "complete"
    sent = (await world.api.get(done["links"]["documents"])).json()["documents"]
    assert "<CallForward>false</CallForward>" in next(each["xml"] for each in sent if each["title"] == f"PUT tns/{TN}")


async def test_the_sip_peer_is_looked_up_only_when_it_is_left_out(world):
    asked = []
    transport = world.desk.connection._client
    transport.event_hooks["request"].append(_note(asked))

    await world.ended((await ordered(world, call_forward="6042661720", **PLACE))["id"])
    assert not [path for path in asked if path.endswith("/tndetails")]
    await world.ended((await ordered(world, call_forward="6042661721"))["id"])
    assert [path for path in asked if path.endswith(f"/tns/{TN}/tndetails")]


def _note(asked):
    async def note(request: httpx.Request):
        asked.append(request.url.path)

    return note


async def test_a_number_with_an_order_for_line_options_open_waits_in_the_same_line(world):
    first = await world.submit([{"telephone_numbers": [TN], "sms": "on"}])
    second = await ordered(world, call_forward="6042661720")

    assert (second["state"], second["held_by"]) == ("held", first["id"])
    done = await world.ended(second["id"])
    assert done["state"] == "complete"
    assert (await world.order(first["id"]))["state"] == "complete"


async def test_a_conflict_is_tried_again_and_passes(world):
    done = await world.ended((await ordered(world, CONFLICTS_TWICE, call_forward="6042661720"))["id"])

    assert done["state"] == "complete"
    assert [each["event"] for each in await world.timeline(done["id"])].count("conflict") == 2


async def test_a_conflict_without_end_is_said_plainly_with_what_to_do_instead(world):
    order = await ordered(world, CONFLICTS, call_forward="6042661720")
    waiting = await world.until(order["id"], "accepted")
    assert waiting["waiting"] is None or "another change" in waiting["waiting"]["why"]

    done = await world.ended(order["id"], seconds=30)

    assert (done["state"], done["errors"][0]["code"]) == ("rejected", None)
    assert done["errors"][0]["telephone_numbers"] == [CONFLICTS]
    assert "tn-options" in done["errors"][0]["description"]
    numbers = await world.numbers(order["id"])
    assert (numbers[CONFLICTS]["outcome"], "tn-options" in numbers[CONFLICTS]["description"]) == ("failed", True)


async def test_a_change_that_never_shows_has_failed_after_its_ladder(world):
    done = await world.ended((await ordered(world, NEVER, call_forward="6042661720"))["id"], seconds=30)

    assert done["state"] == "failed"
    assert "not applied" in done["errors"][0]["description"]
    assert (await world.numbers(done["id"]))[NEVER]["retryable"] is True


@pytest.mark.parametrize(("number", "code"), [(ELSEWHERE, None), (UNKNOWN, "12512")])
async def test_a_number_that_is_not_ours_is_rejected_before_anything_is_sent(world, number, code):
    done = await world.ended((await ordered(world, number, call_forward="6042661720"))["id"])

    assert (done["state"], done["errors"][0]["code"]) == ("rejected", code)
    assert await world.ledger() == []


async def test_a_number_that_is_not_at_the_named_sip_peer_is_rejected(world):
    place = {"site_id": "2", "sip_peer_id": "500015"}

    done = await world.ended((await ordered(world, call_forward="6042661720", **place))["id"])

    assert (done["state"], done["errors"][0]["code"]) == ("rejected", "13536")


async def test_a_warning_stands_on_the_order_and_its_number(world):
    await world.ended((await ordered(world, sms=True))["id"])

    done = await world.ended((await ordered(world, sms=True, call_forward="6042661720"))["id"])

    assert done["state"] == "complete"
    assert "SMS is already" in done["warnings"][0]["description"]
    assert "SMS is already" in (await world.numbers(done["id"]))[TN]["warning"]
