"""An account's summary: every order is counted once, and a dashboard that polls is told when nothing has changed."""

from __future__ import annotations

from service.kinds import shelf
from service.lifecycle import State


async def test_an_account_without_orders_has_every_kind_and_state_at_zero(world):
    told = (await world.api.get(f"/v1/accounts/{world.account}/summary")).json()

    assert told == {
        "account_id": world.account,
        "open": 0,
        "ended": 0,
        "needs_attention": 0,
        "counts": {kind: dict.fromkeys(State, 0) for kind in shelf()},
        "oldest_open": dict.fromkeys(shelf()),
    }


async def test_orders_are_counted_by_kind_and_state_and_the_oldest_open_one_is_named(world):
    summary = f"/v1/accounts/{world.account}/summary"
    done = await world.submit([{"telephone_numbers": ["2018551021", "2015550101"], "sms": "on"}])
    await world.ended(done["id"])
    names = {"telephone_numbers": ["2018551021"], "subscriber_information": "Joe", "use_type": "BUSINESS"}
    lidb = await world.submit([{**names, "visibility": "PUBLIC"}], kind="lidb")
    oldest = await world.submit([{"telephone_numbers": ["2018551021"], "sms": "on"}])
    for number in ("2018551021", "2018551022"):
        await world.submit([{"telephone_numbers": [number], "sms": "off"}])

    told = (await world.api.get(summary)).json()

    assert (told["open"], told["ended"], told["needs_attention"]) == (4, 1, 0)
    counted = {kind: {state for state, count in states.items() if count} for kind, states in told["counts"].items()}
    assert {kind: states for kind, states in counted.items() if states} == {
        "tn-options": {"accepted", "held", "partial"},
        "lidb": {"accepted"},
    }
    assert told["counts"]["tn-options"] | {"accepted": 2, "held": 1} == told["counts"]["tn-options"]
    first, second = told["oldest_open"].pop("tn-options"), told["oldest_open"].pop("lidb")
    assert first == {name: oldest[name] for name in ("id", "state", "created_at")}
    assert second == {name: lidb[name] for name in ("id", "state", "created_at")}
    assert set(told["oldest_open"].values()) == {None}


async def test_the_oldest_is_the_oldest_of_all_open_states_and_one_in_need_is_counted(world):
    order = await world.submit([{"telephone_numbers": ["2015550142"], "sms": "on"}])
    await world.until(order["id"], "needs_attention")
    await world.submit([{"telephone_numbers": ["2018551022"], "sms": "on"}])

    told = (await world.api.get(f"/v1/accounts/{world.account}/summary")).json()

    assert told["needs_attention"] == told["counts"]["tn-options"]["needs_attention"] == 1
    assert (told["oldest_open"]["tn-options"]["id"], told["open"]) == (order["id"], 2)


async def test_a_summary_that_is_known_is_304_until_something_changes(world):
    summary = f"/v1/accounts/{world.account}/summary"
    order = await world.submit()
    first = await world.api.get(summary)
    assert first.headers["cache-control"] == "no-cache"
    tag = first.headers["etag"]

    for known in (tag, f"W/{tag}", f'"x", {tag}', "*"):
        again = await world.api.get(summary, headers={"If-None-Match": known})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    for unknown in ('"x"', tag.strip('"'), ""):
        assert (await world.api.get(summary, headers={"If-None-Match": unknown})).json() == first.json()

    await world.api.post(f"{world.orders}/{order['id']}/cancel")
    changed = await world.api.get(summary, headers={"If-None-Match": tag})
    assert (changed.status_code, changed.json()["ended"]) == (200, 1)
    assert changed.headers["etag"] != tag
    assert (await world.api.get(f"{summary}?kind=lidb")).status_code == 400
