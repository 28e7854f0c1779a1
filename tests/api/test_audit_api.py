"""The audit: what clients changed on an account, beside what the timelines of orders tell."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from hashlib import sha256

import pytest

from service.api.routes import operations
from service.audit import Audit
from service.scopes import Scope
from service.selection import AUDITED
from service.store import auditing, keys
from service.store.auditing import Deed


async def deeds(world, **query):
    answer = await world.api.get(f"/v1/accounts/{world.account}/audit", params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()["deeds"]


def test_all_that_an_admin_changes_is_audited_and_every_decision():
    audited = {each.id for each in operations() if each.is_audited}
    assert audited >= {each.id for each in operations() if each.scope is Scope.ADMIN and each.method != "GET"}
    decisions = {"retryOrder", "cancelOrder", "checkOrder", "stepOrderAside"}
    assert audited >= decisions | {"createEndpoint", "replayOrphan", "healSubscriptions"}
    assert set(AUDITED.values()) == decisions
    assert all("{account_id}" in each.path for each in operations() if each.is_audited)


async def test_who_did_what_to_what_is_told_newest_first(world):
    headers = await world.client(Scope.ADMIN, name=f"boss-{world.account}")
    account = f"/v1/accounts/{world.account}"
    body = {"url": "https://hooks.example.com/"}
    once = headers | {"Idempotency-Key": "once"}
    made, _ = [(await world.api.post(f"{account}/endpoints", json=body, headers=once)).json() for _ in range(2)]
    endpoint = f"{account}/endpoints/{made['id']}"
    order = await world.submit([{"telephone_numbers": ["2015550142"], "sms": "on"}])
    await world.until(order["id"], "needs_attention")
    await world.callback(
        "<Notification><OrderId>0b8ff7e5-d5c0-4c13-8d4e-6d4b2b9e7b01</OrderId><Status>COMPLETE</Status></Notification>"
    )
    for method, path, more in (
        ("PATCH", endpoint, {"json": {"enabled": False, "description": "a"}}),
        ("POST", f"{endpoint}/rotate", {}),
        ("DELETE", endpoint, {}),
        ("DELETE", endpoint, {}),
        ("POST", f"{order['links']['self']}/cancel", {}),
        ("POST", f"{account}/orphans/order:0b8ff7e5-d5c0-4c13-8d4e-6d4b2b9e7b01/replay", {}),
        ("PUT", f"{account}/subscriptions", {}),
        ("POST", f"{account}/endpoints", {"json": {"url": "nonsense"}}),
    ):
        await world.api.request(method, path, headers=headers, **more)

    told = await deeds(world)
    assert [(each["action"], each["subject"], each["detail"]) for each in told] == [
        ("healSubscriptions", "", ""),
        ("replayOrphan", "order:0b8ff7e5-d5c0-4c13-8d4e-6d4b2b9e7b01", "kept"),
        ("cancelOrder", order["id"], ""),
        ("deleteEndpoint", made["id"], ""),
        ("rotateEndpoint", made["id"], ""),
        ("changeEndpoint", made["id"], "changes description, enabled"),
        ("createEndpoint", made["id"], ""),
    ]
    assert {each["by"] for each in told} == {f"boss-{world.account}"}
    assert sorted((each["at"] for each in told), reverse=True) == [each["at"] for each in told]
    assert not [each for each in (made["secret"], headers["Authorization"].partition(".")[2]) if each in str(told)]


async def test_pages_hold_each_deed_once_while_others_come(world):
    audit = Audit(world.desk.store, world.settings)
    for number in range(5):
        await audit.note(world.account, Deed("me", "did", str(number)))
    path, seen = f"/v1/accounts/{world.account}/audit?limit=2", []
    while path:
        answer = await world.api.get(path)
        seen += [each["subject"] for each in answer.json()["deeds"]]
        await audit.note(world.account, Deed("me", "did", "later"))
        path = answer.json()["next"]
        assert ("link" in answer.headers) == bool(path)
    assert seen == ["4", "3", "2", "1", "0"]


@pytest.mark.parametrize("query", ["limit=0", "limit=251", "cursor=x", "cursor=MC0w", "what=1"])
async def test_a_query_that_is_wrong_is_400(world, query):
    answer = await world.api.get(f"/v1/accounts/{world.account}/audit?{query}")
    assert (answer.status_code, answer.json()["type"]) == (400, "/problems/malformed-request")


@pytest.mark.parametrize("after", ["0-0", "000-00"])
async def test_a_cursor_that_no_page_gave_out_is_400_though_its_mark_is_right(world, lines, after):
    path = f"/v1/accounts/{world.account}/audit"
    mark = sha256(repr((path, [], after)).encode()).digest()[:9]
    answer = await world.api.get(path, params={"cursor": urlsafe_b64encode(mark + after.encode()).decode()})
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (400, "?cursor")
    assert "store.away" not in lines.getvalue()


async def test_old_deeds_go_by_age_and_by_count(world):
    store, key = world.desk.store, keys.audit(world.account)
    pipeline = store.client.pipeline(transaction=False)
    for at in range(12_000):
        pipeline.xadd(key, {"at": at, "by": "me", "action": "did"}, id=f"{at + 1}-0")
    await pipeline.execute()

    await auditing.note(store, world.account, Deed("me", "new"), 30)

    # trimmed by whole nodes of a hundred
    assert await store.client.xlen(key) <= 100
    assert [each["action"] for each in await deeds(world, limit=1)] == ["new"]


async def test_what_was_done_is_done_though_no_note_of_it_can_be_kept(world, lines):
    await world.desk.store.client.set(keys.audit(world.account), "no stream")
    body = {"url": "https://hooks.example.com/"}

    answer = await world.api.post(f"/v1/accounts/{world.account}/endpoints", json=body)

    assert answer.status_code == 201
    told = [line for line in lines.getvalue().splitlines() if "audit.not_kept" in line]
    assert len(told) == 1
    assert '"action": "createEndpoint"' in told[0]
    assert '"by": "default"' in told[0]
