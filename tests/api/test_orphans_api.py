"""Callbacks of unknown orders at the door: listed a page at a time, heard again on demand, refused clearly."""

from __future__ import annotations

import base64
import sys
from pathlib import Path
from urllib.parse import quote

import pytest

from service.store import keys

sys.path.insert(0, str(Path(__file__).parents[1] / "flows"))
from test_callbacks_are_hints import notification

STRANGE = "0b3aa54d-0ce5-4f5b-bd75-1c30967b197f"


def door(world):
    return f"/v1/accounts/{world.account}/orphans"


async def listed(world, query=""):
    answer = await world.api.get(door(world) + query)
    assert answer.status_code == 200, answer.text
    return answer.json()["orphans"]


async def replay(world, key):
    return await world.api.post(f"{door(world)}/{quote(key, safe='')}/replay")


async def test_an_account_without_orphans_is_an_empty_list(world):
    assert (await world.api.get(door(world))).json() == {"orphans": [], "next": None}


async def test_what_callbacks_told_of_an_unknown_order_is_shown(world):
    await world.callback(notification(STRANGE, "PROCESSING", reference="theirs"))
    await world.callback(notification(STRANGE, "COMPLETE", reference="theirs"))

    (shown,) = await listed(world)

    times = [shown.pop(each) for each in ("first_received_at", "last_received_at", "expires_at")]
    assert times == sorted(times)
    adoption = shown.pop("adoption")
    assert (adoption["kind"], adoption["tries"], adoption["due_at"] > times[0]) == ("tn-options", 0, True)
    assert shown == {
        "key": f"order:{STRANGE}",
        "bandwidth_order_id": STRANGE,
        "customer_order_id": "theirs",
        "order_type": "tnoptions",
        "last_status": "COMPLETE",
        "callbacks": 2,
    }


async def test_a_reference_alone_is_shown_as_one(world):
    await world.callback(notification(None, None, reference="a/b ö", note="hello"))
    (shown,) = await listed(world)
    told = (shown["key"], shown["bandwidth_order_id"], shown["customer_order_id"], shown["last_status"])
    assert (*told, shown["adoption"]) == ("reference:a/b ö", None, "a/b ö", None, None)


async def test_pages_lead_to_the_end_whatever_a_reference_holds(world):
    for at in range(5):
        await world.callback(notification(None, "COMPLETE", reference=f"ö {at} / ?&amp;="))
    seen, where = [], f"{door(world)}?limit=2"
    while where:
        answer = await world.api.get(where)
        seen += [each["key"] for each in answer.json()["orphans"]]
        where = answer.json()["next"]
        assert answer.headers.get("link") == (f'<{where}>; rel="next"' if where else None)
    assert sorted(seen) == sorted(f"reference:ö {at} / ?&=" for at in range(5))


async def test_a_replay_has_an_unknown_order_fetched_now_and_says_so(world):
    await world.callback(notification(STRANGE, "COMPLETE"))
    member = f"tn-options/{STRANGE}"
    await world.desk.store.client.zadd(keys.due_adopt(world.account), {member: 9e12})

    answer = await replay(world, f"order:{STRANGE}")

    assert answer.status_code == 200, answer.text
    told = answer.json()
    (heard,) = told.pop("callbacks")
    assert heard.pop("received_at")
    assert heard == {"order_type": "tnoptions", "status": "COMPLETE", "outcome": "kept"}
    assert told == {
        "key": f"order:{STRANGE}",
        "bandwidth_order_id": STRANGE,
        "customer_order_id": None,
        "outcome": "kept",
        "order_id": None,
        "adoption_due": True,
        "orders_looked_at": [],
    }
    assert await world.desk.book.unknown(world.account, 10) == [member]


async def test_a_replay_by_a_reference_that_holds_anything(world):
    await world.callback(notification(None, "COMPLETE", reference="a/b replay/replay%2Fö"))
    answer = await replay(world, "reference:a/b replay/replay%2Fö")
    assert (answer.status_code, answer.json()["outcome"]) == (200, "kept")
    assert (answer.json()["adoption_due"], answer.json()["customer_order_id"]) == (False, "a/b replay/replay%2Fö")


@pytest.mark.parametrize(
    "key", [f"order:{STRANGE}", "reference:none", STRANGE, "x", "order:", "%0A", "reference:" + "x" * 300]
)
async def test_an_orphan_that_there_is_not_is_404_and_says_what_a_key_is(world, key):
    answer = await replay(world, key)
    assert (answer.status_code, answer.json()["type"]) == (404, "/problems/not-found")
    assert (
        "No callbacks are kept under" in answer.json()["detail"] or "is no key of an orphan" in answer.json()["detail"]
    )


async def test_an_orphan_whose_order_is_known_by_now_is_404_and_names_the_order(world):
    await world.subscribe()
    order = await world.submit()
    done = await world.ended(order["id"])
    answer = await replay(world, f"order:{done['bandwidth_order_id']}")
    assert answer.status_code == 404
    assert order["id"] in answer.json()["detail"]


async def test_wrong_queries_methods_and_tokens_are_refused(world):
    assert (await world.api.get(f"{door(world)}?state=x")).status_code == 400
    assert (await world.api.get(f"{door(world)}?limit=101")).status_code == 400
    assert (await world.api.post(f"{door(world)}/order:x/replay?all=1")).status_code == 400
    assert (await world.api.get(f"{door(world)}/order:x/replay")).status_code == 405
    assert (await world.api.post(door(world))).status_code == 405
    assert (await world.api.get(door(world), headers={"Authorization": "Bearer wrong"})).status_code == 401
    assert (await world.api.get("/v1/accounts/1/orphans")).status_code == 404
    assert (await world.api.post("/v1/accounts/1/orphans/order:x/replay")).status_code == 404


async def test_cursors_made_up_or_of_another_list_are_400(world):
    for at in range(2):
        await world.callback(notification(None, "COMPLETE", reference=str(at)))
        await world.submit()
    other = (await world.api.get(f"{world.orders}?limit=1")).json()["next"].partition("cursor=")[2]
    for cursor in ("", "x", base64.urlsafe_b64encode(b"1 orphan:x").decode(), other):
        answer = await world.api.get(door(world), params={"cursor": cursor})
        assert answer.status_code == 400
        assert [each["pointer"] for each in answer.json()["errors"]] == ["?cursor"]
