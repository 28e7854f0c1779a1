"""Orders through the front: placed, held, refused, read, as Bandwidth would answer."""

from __future__ import annotations

import asyncio
import time

import httpx
import pytest
import rig
from front_steps import ORDERS, RESOURCES, ROOTS, body_of, errors_in, get, id_of, order_in, path_of, post, shape

from service import xml
from service.store import keys


@pytest.mark.parametrize("resource", RESOURCES)
@pytest.mark.parametrize("prefix", ["/api", "/api/v1", "/v1.0"])
async def test_an_order_is_answered_201_as_bandwidth_does_with_our_id(working, resource, prefix):
    answer = await post(working, resource, prefix=prefix, reference="My order 1")
    assert answer.status_code == 201, answer.text
    assert answer.headers["content-type"] == "application/xml"
    root, order = xml.parse(answer.content), order_in(answer)
    assert (root.tag, order.tag) == (ROOTS[resource], ORDERS[resource])
    own = await working.order(id_of(answer))
    # it was held until Bandwidth had it
    assert own["state"] not in ("accepted", "submitting")
    assert own["customer_order_id"] == "My order 1"
    assert answer.headers["location"] == f"{working.api.base_url}{path_of(working, resource, own['id'], prefix=prefix)}"
    assert xml.text(order, "OrderId") == own["id"]
    assert xml.text(order, "ProcessingStatus") == "RECEIVED"
    assert len(xml.child(order, "ErrorList")) == 0
    assert xml.text(order, "CustomerOrderId") == "My order 1"


@pytest.mark.parametrize("resource", RESOURCES)
async def test_an_order_is_read_by_our_id_and_by_bandwidths_until_its_end(working, resource):
    made = await post(working, resource)
    own = await working.ended(id_of(made))
    by_ours, by_theirs = (
        await get(working, resource, own["id"]),
        await get(working, resource, own["bandwidth_order_id"]),
    )
    assert (by_ours.status_code, by_ours.content) == (200, by_theirs.content)
    order, root = order_in(by_ours), xml.parse(by_ours.content)
    assert root.tag == (ROOTS[resource] if resource == "dldas" else ORDERS[resource])
    assert xml.text(order, "OrderId") == own["id"]
    assert xml.text(order, "ProcessingStatus") == "COMPLETE"
    assert xml.text(order, "CreatedByUser") == "default"
    assert xml.text(order, "AccountId") == working.account
    assert xml.text(order, "OrderCreateDate") == own["created_at"]
    assert xml.child(order, "CustomerOrderId") is None


@pytest.mark.parametrize("resource", RESOURCES)
async def test_nothing_comes_within_the_hold_and_it_is_201_all_the_same(idle, resource):
    answer = await post(idle, resource)
    assert answer.status_code == 201
    assert (await idle.order(id_of(answer)))["state"] == "accepted"
    assert xml.text(order_in(answer), "ProcessingStatus") == "RECEIVED"
    assert xml.text(order_in(await get(idle, resource, id_of(answer))), "ProcessingStatus") == "RECEIVED"


@pytest.fixture
async def patient(valkey):
    """A world that holds an answer for longer than any machine needs."""
    async with rig.world(valkey.url, front_hold_seconds=60) as world:
        yield world


async def test_a_client_that_goes_away_while_it_is_held_changes_nothing(patient):
    world = patient

    async def is_there():
        return (await world.api.get(world.orders)).json()["orders"]

    async with httpx.AsyncClient(base_url=world.api.base_url, timeout=20, headers=world.api.headers) as hasty:
        posted = asyncio.create_task(hasty.post(path_of(world, "lidbs"), content=body_of("lidbs")))
        (own,) = await rig.until(is_there)
        assert not posted.done()
        posted.cancel()
        await asyncio.wait((posted,))
    assert (await world.ended(own["id"]))["state"] == "complete"


async def test_a_refusal_of_bandwidths_is_400_in_its_words_and_the_order_is_kept(working):
    # the sandbox refuses toll-free numbers of listings at once
    answer = await post(working, "dldas", number="8005551234")
    assert answer.status_code == 400
    root = xml.parse(answer.content)
    assert (root.tag, xml.text(root, "ResponseStatus", "ErrorCode")) == ("DldaOrderResponse", "16104")
    assert ("16100", "8005551234") in errors_in(answer)
    assert xml.text(order_in(answer), "ProcessingStatus") == "FAILED"
    (own,) = (await working.api.get(working.orders)).json()["orders"]
    assert own["state"] == "rejected"
    told = await get(working, "dldas", own["id"])
    assert xml.text(order_in(told), "ProcessingStatus") == "FAILED"
    assert ("16100", "8005551234") in errors_in(told)


async def test_a_refusal_of_lidbs_has_its_own_shape(working):
    answer = await post(working, "lidbs", number="8005551234")
    root = xml.parse(answer.content)
    assert (answer.status_code, xml.text(root, "Status", "Code")) == (400, "400")
    assert errors_in(answer) == [("11015", "8005551234")]
    assert xml.text(order_in(answer), "LidbTnGroups", "LidbTnGroup", "SubscriberInformation") == "Fern Garage"


@pytest.mark.parametrize(("number", "status", "code"), [("2015550141", 409, "5200"), ("2015550140", 400, None)])
async def test_a_refusal_of_options_has_bandwidths_status_and_its_first_error(working, number, status, code):
    answer = await post(working, "tnoptions", number=number)
    root = xml.parse(answer.content)
    (own,) = (await working.api.get(working.orders)).json()["orders"]
    assert (answer.status_code, root.tag) == (status, "TnOptionOrderResponse")
    told = xml.text(root, "ResponseStatus", "ErrorCode")
    assert told == (code or own["errors"][0]["code"])
    assert xml.text(root, "ResponseStatus", "Description") == own["errors"][0]["description"]


async def test_two_names_for_a_subscriber_must_agree(idle):
    for older, status in (("RESIDENCE", 201), ("RESIDENTIAL", 201), ("BUSINESS", 400)):
        answer = await post(idle, "dldas", more=f"<AccountType>{older}</AccountType>")
        assert answer.status_code == status, answer.text
    assert xml.text(xml.parse(answer.content), "ResponseStatus", "ErrorCode") == "16109"


@pytest.mark.parametrize("resource", RESOURCES)
@pytest.mark.parametrize(
    "spelled", ["<SiteId>7</SiteId>", "<PeerId>1</PeerId>", "<Blink/><Blink>on</Blink>", "<Name>x</Name>"]
)
async def test_an_element_that_would_be_lost_refuses_the_order_and_is_named(idle, resource, spelled):
    answer = await post(idle, resource, more=spelled)
    name = spelled.strip("</>").partition(">")[0].partition("/")[0]
    assert answer.status_code == 400
    assert "1005" in answer.text
    assert f"{name} is not allowed" in answer.text
    assert (await idle.api.get(idle.orders)).json()["orders"] == []


@pytest.mark.parametrize("resource", RESOURCES)
async def test_what_answers_tell_may_be_sent_back_and_asks_for_nothing(idle, resource):
    body = body_of(resource).replace("Order>", "Order><AccountId>1</AccountId><ErrorList><Error/></ErrorList>", 1)
    assert (await post(idle, resource, body=body)).status_code == 201


@pytest.mark.parametrize("resource", ["lidbs", "dldas"])
async def test_a_mask_that_is_sent_back_is_no_name_for_a_directory(idle, resource):
    """Who reads an order without `read:personal` and sends it back would list everybody as asterisks."""
    who = await idle.client("orders:read", "orders:write")
    made = await post(idle, resource, headers=who)
    seen = await idle.api.get(path_of(idle, resource, id_of(made)), headers=who)
    answer = await post(idle, resource, body=xml.write(order_in(seen)), headers=who)
    assert (answer.status_code, {code for code, _ in errors_in(answer)}) == (400, {"1005"})
    name = {"lidbs": "SubscriberInformation", "dldas": "ListingName/FirstName"}[resource]
    assert f"{name} is not allowed: it is what an answer shows in place of something else" in answer.text


async def test_an_element_that_stands_there_twice_refuses_the_order(idle):
    answer = await post(idle, "tnoptions", more="<Sms>off</Sms>")
    assert answer.status_code == 400
    assert "TnOptionGroups/TnOptionGroup[1]/Sms is not allowed: it stands there twice" in answer.text


@pytest.mark.parametrize("body", ["", "<", "<TnOptionOrder>", "<Other/>", "<!DOCTYPE a><TnOptionOrder/>", "\0", "{}"])
async def test_what_is_no_order_is_400_with_bandwidths_1019(idle, body):
    headers = {"Content-Type": "application/xml"}
    answer = await idle.api.post(path_of(idle, "tnoptions"), content=body, headers=headers)
    assert answer.status_code == 400
    root = xml.parse(answer.content)
    assert (root.tag, xml.text(root, "ResponseStatus", "ErrorCode")) == ("TnOptionOrderResponse", "1019")


async def test_a_wrong_option_is_told_with_bandwidths_code_and_its_element(idle):
    body = body_of("tnoptions", more="<NumberFormat>wrong</NumberFormat>")
    answer = await post(idle, "tnoptions", body=body)
    status = xml.child(xml.parse(answer.content), "ResponseStatus")
    assert (answer.status_code, xml.text(status, "ErrorCode")) == (400, "5081")
    assert xml.text(status, "Description").startswith("TnOptionGroup[1]/NumberFormat: Give one of:")


async def test_every_wrong_field_of_a_lidb_is_told_with_the_order_repeated(idle):
    body = body_of("lidbs").replace("<Visibility>PUBLIC</Visibility>", "").replace("BUSINESS", "HOUSE")
    answer = await post(idle, "lidbs", body=body)
    assert answer.status_code == 400
    assert [code for code, _ in errors_in(answer)] == ["11006", "11007"]
    assert xml.text(order_in(answer), "LidbTnGroups", "LidbTnGroup", "UseType") == "HOUSE"


async def test_every_wrong_field_of_a_listing_is_told_with_the_order_repeated(idle):
    body = body_of("dldas").replace(">CA<", ">XX<").replace("LISTED", "HIDDEN")
    answer = await post(idle, "dldas", body=body)
    root = xml.parse(answer.content)
    assert (answer.status_code, xml.text(root, "ResponseStatus", "ErrorCode")) == (400, "16110")
    assert {code for code, _ in errors_in(answer)} == {"16110", "16114"}
    assert xml.text(order_in(answer), "ProcessingStatus") == "FAILED"


async def test_an_order_without_numbers_is_16104_for_listings_and_5073_for_options(idle):
    for resource, code in (("dldas", "16104"), ("tnoptions", "5073")):
        body = f"<{ORDERS[resource]}/>"
        answer = await post(idle, resource, body=body)
        assert xml.text(xml.parse(answer.content), "ResponseStatus", "ErrorCode") == code


async def test_two_spellings_of_a_published_sdk_are_understood(working):
    more = "<FinalDestinationUri>2015559999</FinalDestinationUri><RpidFormat>e164</RpidFormat>"
    own = await working.order(id_of(await post(working, "tnoptions", more=more)))
    assert own["groups"][0]["final_destination_uri"] == "2015559999"
    assert own["groups"][0]["rpid_format"] == "e164"


async def test_a_passcode_reaches_bandwidth_and_nobody_else(working):
    answer = await post(working, "tnoptions", more="<PortOutPasscode>s3cr3t</PortOutPasscode>")
    told = await get(working, "tnoptions", id_of(answer))
    (entry,) = await working.ledger()
    path = f"/api/accounts/{working.account}/tnoptions/{entry['order_id']}"
    at_bandwidth = await working.sandbox.get(path, auth=("sandbox-user", "sandbox-password"))
    assert "<PortOutPasscode>s3cr3t</PortOutPasscode>" in at_bandwidth.text
    for each in (answer, told):
        assert "s3cr3t" not in each.text
        assert "<PortOutPasscode>********</PortOutPasscode>" in each.text


@pytest.mark.parametrize("resource", ["lidbs", "dldas"])
async def test_who_may_not_see_names_sees_them_nowhere(idle, resource):
    headers = await idle.client("orders:write")
    made = await post(idle, resource, headers=headers)
    told = await idle.api.get(path_of(idle, resource, id_of(made)), headers=headers)
    wrong = await post(
        idle, resource, body=body_of(resource).replace("PUBLIC", "x").replace(">LISTED", ">x"), headers=headers
    )
    whole = await get(idle, resource, id_of(made))
    assert (made.status_code, told.status_code, wrong.status_code) == (201, 200, 400)
    for each in (made, told, wrong):
        assert "Fern" not in each.text
        assert "Quince" not in each.text
        assert "********" in each.text
    assert "Fern" in whole.text


@pytest.mark.parametrize(
    ("site", "status"), [("cross-site", 403), ("same-site", 403), ("same-origin", 201), ("none", 201)]
)
async def test_a_page_of_another_site_places_nothing(idle, site, status):
    """A browser that was challenged once sends its user's password wherever a form leads here."""
    headers = {"Sec-Fetch-Site": site, "Content-Type": "text/plain"}
    async with httpx.AsyncClient(base_url=idle.api.base_url, auth=("default", rig.TOKEN)) as browser:
        answer = await browser.post(path_of(idle, "lidbs"), content=body_of("lidbs"), headers=headers)
        assert answer.status_code == status
        assert (await browser.get(path_of(idle, "lidbs"), headers=headers)).status_code == 200
    assert len((await idle.api.get(idle.orders)).json()["orders"]) == (status == 201)


async def test_who_may_only_read_places_nothing(idle):
    answer = await post(idle, "lidbs", headers=await idle.client("orders:read"))
    assert answer.status_code == 403
    assert xml.text(xml.parse(answer.content), "ResponseStatus", "ErrorCode") == "1001"


async def test_an_account_of_others_and_one_that_there_is_not_are_the_same_403(idle):
    answer = await idle.api.get("/api/accounts/123/tnoptions")
    root = xml.parse(answer.content)
    assert (answer.status_code, xml.text(root, "ResponseStatus", "ErrorCode")) == (403, "1001")
    assert xml.text(root, "ResponseStatus", "Description") == "Access Denied"


@pytest.mark.parametrize("auth", [None, ("default", "wrong"), ("other", rig.TOKEN)])
async def test_nobody_is_challenged_and_told_nothing(idle, auth):
    async with httpx.AsyncClient(base_url=idle.api.base_url, auth=auth) as stranger:
        answer = await stranger.get(path_of(idle, "tnoptions"))
    assert (answer.status_code, answer.content) == (401, b"")
    assert answer.headers["www-authenticate"] == 'Basic realm="Bandwidth"'


async def test_basic_and_bearer_name_the_same_client(idle):
    async with httpx.AsyncClient(base_url=idle.api.base_url) as stranger:
        by_basic = await stranger.get(path_of(idle, "tnoptions"), auth=("default", rig.TOKEN))
    assert by_basic.status_code == 200
    assert by_basic.content == (await get(idle, "tnoptions")).content


@pytest.mark.parametrize("given", ["nothing", "0" * 65, "%00", "a b", "018f0000-0000-7000-8000-000000000000"])
@pytest.mark.parametrize(
    ("resource", "root"),
    [
        ("tnoptions", "TnOptionOrderReportResponse"),
        ("lidbs", "LidbOrderReportResponse"),
        ("dldas", "DldaOrderResponse"),
    ],
)
async def test_an_order_that_is_not_there_is_404_without_a_code(idle, resource, root, given):
    answer = await get(idle, resource, given)
    found = xml.parse(answer.content)
    assert (answer.status_code, found.tag) == (404, root)
    assert [each.tag for each in found[0]] == ["Description"]
    assert xml.text(found, "ResponseStatus", "Description") == "The resource does not exist"


async def test_an_order_of_another_kind_is_not_there(idle):
    made = await post(idle, "lidbs")
    assert (await get(idle, "dldas", id_of(made))).status_code == 404


async def test_the_path_is_found_in_any_case_of_letters(idle):
    answer = await post(idle, "tnOptions", body=body_of("tnoptions"))
    assert answer.status_code == 201
    assert f"/tnOptions/{id_of(answer)}" in answer.headers["location"]
    assert (await idle.api.get(path_of(idle, "dlda"))).status_code == 404


async def test_the_same_request_again_is_the_first_order(idle):
    first = await post(idle, "lidbs", reference="Order 7")
    second = await post(idle, "lidbs", reference="Order 7")
    assert id_of(second) == id_of(first)
    assert second.headers["idempotency-replayed"] == "true"
    assert shape(order_in(second)) == shape(order_in(first))
    assert len((await idle.api.get(idle.orders)).json()["orders"]) == 1


async def test_another_body_reference_or_client_makes_another_order(idle):
    made = [
        await post(idle, "lidbs", reference="Order 7"),
        await post(idle, "lidbs", reference="Order 8"),
        await post(idle, "lidbs", reference="Order 7", number="2015551235"),
        await post(idle, "lidbs", reference="Order 7", headers=await idle.client("orders:write")),
        await post(idle, "lidbs"),
        await post(idle, "lidbs"),
    ]
    assert len({id_of(each) for each in made}) == len(made)


async def test_many_at_the_same_time_make_one_order(idle):
    answers = await asyncio.gather(*(post(idle, "tnoptions", reference="Once") for _ in range(8)))
    assert len({id_of(each) for each in answers}) == 1


async def test_an_order_that_came_to_nothing_is_tried_again_and_that_once(working):
    refused = [await post(working, "lidbs", number="8005551234", reference="Try") for _ in range(2)]
    assert [each.status_code for each in refused] == [400, 400]
    assert len((await working.api.get(working.orders)).json()["orders"]) == 2


async def test_after_the_time_that_is_set_the_same_request_is_a_new_order_and_its_repetition_is_not(valkey):
    async with rig.world(valkey.url, front_hold_seconds=0, front_repeat_seconds=60) as world:
        first = await post(world, "lidbs", reference="Nightly")
        minutes_ago = round(time.time() * 1000) - 61_000
        await world.desk.store.client.hset(keys.order(world.account, id_of(first)), "created_at", minutes_ago)
        second = await post(world, "lidbs", reference="Nightly")
        third = await post(world, "lidbs", reference="Nightly")
    assert id_of(first) != id_of(second) == id_of(third)


async def test_an_idempotency_key_is_honoured(idle):
    headers = {"Idempotency-Key": "mine"}
    first, second = [await post(idle, "lidbs", headers=headers) for _ in range(2)]
    other = await post(idle, "lidbs", headers=headers, number="2015551235")
    assert id_of(first) == id_of(second)
    assert other.status_code == 400
    assert xml.text(xml.parse(other.content), "ResponseStatus", "ErrorCode") == "1019"


async def test_an_answer_that_is_lost_while_the_store_goes_away_is_503_with_a_body(idle, valkey):
    valkey.pause()
    try:
        answer = await post(idle, "lidbs", reference="Away")
    finally:
        valkey.go_on()
    assert answer.status_code == 503
    assert int(answer.headers["retry-after"]) >= 1
    assert xml.text(xml.parse(answer.content), "ResponseStatus", "ErrorCode") == "1000"
