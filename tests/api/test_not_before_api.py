"""`not_before`: an order is accepted now and sent later."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

GROUPS = [{"telephone_numbers": ["2015551801"], "port_out_passcode": "a1b2c3"}]


def later(world, seconds):
    world.desk.store.offset += seconds * 1000


def ahead(**delta):
    return (datetime.now(UTC) + timedelta(**delta)).isoformat()


async def post(world, not_before, **more):
    body = {"groups": GROUPS, "not_before": not_before, **more}
    return await world.api.post(f"{world.orders}/tn-options", json=body)


async def test_it_is_accepted_says_when_it_goes_and_goes_then_whole(world):
    at = ahead(hours=2)
    answer = await post(world, at)

    order = answer.json()
    assert (answer.status_code, order["state"]) == (202, "accepted")
    assert order == await world.order(order["id"]), "what the 202 shows is what is kept"
    assert datetime.fromisoformat(order["not_before"]) - datetime.fromisoformat(at) < timedelta(milliseconds=1)
    assert order["waiting"]["until"] == order["next_look_at"] == order["not_before"]
    assert order["waiting"]["why"].startswith("not_before: ")
    await world.turn()
    assert await world.ledger() == []

    # by then the time lies in the past, and so far ahead that nobody would take it from a caller
    later(world, 2 * 3600 + 1)
    assert (await world.ended(order["id"]))["state"] == "complete"
    assert len(await world.ledger()) == 1


async def test_it_can_be_withdrawn_until_then_and_not_after(world):
    first, second = (await post(world, ahead(hours=1))).json(), (await post(world, ahead(hours=1))).json()
    assert second["held_by"] == first["id"]

    answer = await world.api.post(f"{world.orders}/{first['id']}/cancel")
    assert (answer.status_code, answer.json()["state"], answer.json()["waiting"]) == (202, "cancelled", None)
    assert answer.json()["not_before"] == first["not_before"]

    later(world, 3601)
    await world.ended(second["id"])
    answer = await world.api.post(f"{world.orders}/{second['id']}/cancel")
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/not-possible-now")


async def test_a_time_in_the_past_is_now(world):
    for at in ("2020-01-01T00:00:00Z", "1970-01-01T01:00:00+01:00"):
        order = (await post(world, at)).json()
        assert (order["not_before"][10:], order["waiting"]) == ("T00:00:00.000Z", None)
        assert (await world.ended(order["id"]))["state"] == "complete"


async def test_almost_thirty_days_and_null_are_taken(world):
    assert (await post(world, ahead(days=29, hours=23))).status_code == 202
    assert (await post(world, None)).json()["not_before"] is None


async def test_anything_else_is_422_and_says_what_to_give(world):
    for at in (
        ahead(days=30, minutes=5),
        ahead(hours=1).replace("+00:00", ""),
        *(
            "",
            "tomorrow",
            "2027-02-30T00:00:00Z",
            "2027-01-01T00:00:00Z\n",
            "٢٠٢٧-01-01T00:00:00Z",
            "\x00",
            "2" * 10_000,
        ),
        *("9999-12-31T23:59:59-23:59", "0001-01-01T00:00:00+14:00", "1969-12-31T23:59:59Z"),
        *(1_800_000_000, 10**300, 1.5, True, [], {}),
    ):
        answer = await post(world, at)
        assert answer.status_code == 422, at
        assert answer.json()["type"] == "/problems/invalid-order"
        ((pointer, detail),) = [(each["pointer"], each["detail"]) for each in answer.json()["errors"]]
        assert pointer == "/not_before"
        assert any(said in detail for said in ("a time with its zone", "Give a time", "no calendar")), detail
    assert (await world.api.get(world.orders)).json()["orders"] == []


async def test_a_change_by_put_may_wait_too(world):
    group = {
        "telephone_numbers": ["2015550125"],
        "subscriber_type": "RESIDENTIAL",
        "listing_type": "LISTED",
        "list_address": False,
        "listing_name": {"first_name": "John", "last_name": "Smith"},
        "address": {"city": "Carpinteria", "state_code": "CA", "zip": "93013"},
    }
    order = await world.submit([group], kind="dlda")
    await world.until(order["id"], "received")
    body = {"groups": [group | {"listing_type": "NON_LISTED"}], "not_before": ahead(minutes=10)}

    change = (await world.api.put(f"{world.orders}/{order['id']}", json=body)).json()

    assert (change["state"], change["waiting"]["until"]) == ("accepted", change["not_before"])
    await world.turn()
    assert (await world.order(change["id"]))["state"] == "accepted"
    later(world, 601)
    assert (await world.ended(change["id"]))["state"] == "complete"
