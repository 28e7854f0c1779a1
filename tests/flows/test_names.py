"""Names (lidb): the 201 may say already that numbers are in process elsewhere; the rest goes on without them."""

from __future__ import annotations

from service.kinds import shelf

ENDLESS, BUSY, FREE = "2015550120", "2018551931", "2018551932"


def names(*numbers):
    return [{**shelf()["lidb"].example["groups"][0], "telephone_numbers": list(numbers)}]


async def placed_elsewhere(world, *numbers):
    """An order that somebody else has under way on the account."""
    listed = "".join(f"<TelephoneNumber>{each}</TelephoneNumber>" for each in numbers)
    body = (
        f"<LidbOrder><LidbTnGroups><LidbTnGroup><TelephoneNumbers>{listed}</TelephoneNumbers>"
        "<SubscriberInformation>Other</SubscriberInformation><UseType>BUSINESS</UseType><Visibility>PUBLIC</Visibility>"
        "</LidbTnGroup></LidbTnGroups></LidbOrder>"
    )
    auth = ("sandbox-user", "sandbox-password")
    answer = await world.sandbox.post(f"/api/v1/accounts/{world.account}/lidbs", content=body, auth=auth)
    assert answer.status_code == 201, answer.text


async def test_numbers_in_process_elsewhere_have_failed_as_soon_as_bandwidth_has_the_order(world):
    await placed_elsewhere(world, BUSY, ENDLESS)

    order = await world.submit(names(BUSY, FREE), kind="lidb")
    received = await world.until(order["id"], "received", "processing")

    assert received["counts"] == {"total": 2, "pending": 1, "complete": 0, "failed": 1}
    done = await world.ended(order["id"])
    numbers = await world.numbers(order["id"])
    assert done["state"] == "partial"
    assert (numbers[BUSY]["code"], numbers[BUSY]["retryable"]) == ("11020", True)
    assert numbers[FREE]["outcome"] == "complete"


async def test_an_order_whose_numbers_are_all_in_process_elsewhere_is_rejected(world):
    await placed_elsewhere(world, BUSY, ENDLESS)

    done = await world.ended((await world.submit(names(BUSY), kind="lidb"))["id"])

    assert done["state"] == "rejected"
    assert "11020" in {each["code"] for each in done["errors"]}
    assert (await world.numbers(done["id"]))[BUSY]["retryable"] is True


async def test_an_order_without_an_end_for_a_day_is_looked_at_every_few_hours():
    looks = shelf()["lidb"].looks

    assert max(looks) <= 4 * 3600
    assert sum(looks) < 86_400 < sum(looks) + 6 * looks[-1]
