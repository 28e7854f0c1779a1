"""Ids, accounts and cursors that are made up, belong to others, or would be another key of the store."""

from __future__ import annotations

import base64
from hashlib import sha256
from urllib.parse import quote

import rig
from raw_door import ask, bearer, head, talk

MADE_UP = [
    "*",
    "?",
    "[a-z]",
    "{x}",
    "{}",
    "}:order:",
    "%",
    "a:b",
    "..",
    ".",
    "~",
    "'",
    '"',
    "<b>",
    "\u00e9",
    "\x00",
    "-1",
]
NOBODY = "01a20793-86c9-7bcc-8f65-7512482b0f80"


async def get(world, path):
    """No client library sends every path as it is."""
    return await ask(world, head(f"GET {path} HTTP/1.1", bearer()))


async def test_an_account_that_is_not_ours_is_404_and_nothing_is_learned_of_it(valkey, target):
    async with rig.world(valkey.url) as other:
        order = await other.submit()
        paths = [
            "orders",
            f"orders/{order['id']}",
            f"orders/{order['id']}/numbers",
            "numbers/2015551235",
            "subscriptions",
        ]
        for account in [other.account, *MADE_UP, f"{target.account}%2F..%2F{other.account}", f"{target.account} "]:
            for path in paths:
                said = await get(target, f"/v1/accounts/{quote(account, safe='%')}/{path}")
                assert (said.status, said.problem) == (404, "not-found"), account
        # through our own account, the other's order is as unknown as one that never was
        for part in ("", "/numbers", "/timeline", "/documents"):
            theirs = await target.api.get(f"{target.orders}/{order['id']}{part}")
            nobodys = await target.api.get(f"{target.orders}/{NOBODY}{part}")
            assert theirs.status_code == nobodys.status_code == 404
            assert theirs.json()["detail"] == nobodys.json()["detail"].replace(NOBODY, order["id"])
        for decision in ("retry", "cancel", "step-aside"):
            assert (await target.api.post(f"{target.orders}/{order['id']}/{decision}")).status_code == 404
        assert (await target.api.put(f"{target.orders}/{order['id']}", json={})).status_code == 404
        assert (await other.order(order["id"]))["version"] == order["version"]


async def test_an_order_id_that_is_made_up_is_404(target):
    order = await target.submit()
    ids = [
        *MADE_UP,
        NOBODY,
        order["id"] + "0",
        order["id"][:-1],
        f"{order['id']}:outcomes",
        f"{order['id']}%0A",
        "a" * 9_000,
    ]
    for each in ids:
        written = f"{target.orders}/{quote(each, safe='%')}"
        said = await get(target, written)
        assert (said.status, said.problem) == (404, "not-found"), each
        for decision in ("retry", "cancel", "step-aside"):
            said = await ask(target, head(f"POST {written}/{decision} HTTP/1.1", bearer(), "Content-Length: 0"))
            assert (said.status, said.problem) == (404, "not-found"), each
    for same in (order["id"].upper(), order["id"].replace("-", "")):
        assert (await target.api.get(f"{target.orders}/{same}")).json()["id"] == order["id"]


def forged(path, filters, after):
    """A cursor as the service would make it: how is no secret."""
    mark = sha256(repr((path, filters, after)).encode()).digest()[:9]
    return base64.urlsafe_b64encode(mark + after.encode()).decode()


async def test_a_cursor_that_is_forged_is_400(target):
    order = await target.submit()
    numbers = order["links"]["numbers"]
    for path in (target.orders, "/v1/orders", f"/v1/accounts/{target.account}/numbers/2015551234/orders", numbers):
        for after in ("9" * 5_000, "9" * 10_000, "-1", "1e9", "+", "(", "[", "x", " 1", "", order["id"] + "\n"):
            answer = await target.api.get(path, params={"cursor": forged(path, [], after)})
            assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (400, "?cursor"), after
    for after, found in ((NOBODY, 0), (order["id"], 0), (f"f{NOBODY[1:]}", 1)):
        answer = await target.api.get(target.orders, params={"cursor": forged(target.orders, [], after)})
        assert len(answer.json()["orders"]) == found
    for after, found in (("0", 1), ("1", 0), ("9" * 30, 0)):
        answer = await target.api.get(numbers, params={"cursor": forged(numbers, [], after)})
        assert len(answer.json()["numbers"]) == found
    orphans = f"/v1/accounts/{target.account}/orphans"
    for after in ("9" * 400 + " x", "9" * 1_900 + " x", "-1 x", "x"):
        answer = await target.api.get(orphans, params={"cursor": forged(orphans, [], after)})
        assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (400, "?cursor"), after
    for key in ("*", "order:{x}:*", "order:../x", "reference:" + "a" * 50_000, "order:%00", "seen", "%ff"):
        answer = await target.api.post(f"{orphans}/{key}/replay")
        assert (answer.status_code, answer.json()["type"]) == (404, "/problems/not-found"), key
    other = target.orders.replace(target.account, "1")
    answer = await target.api.get(target.orders, params={"cursor": forged(other, [], order["id"])})
    assert answer.status_code == 400


async def test_a_query_without_an_end_or_sense_is_refused(target):
    for query in ("a=1&" * 5_000, "limit=1&limit=1", "limit=%00", "state=*", "kind=%ff", "cursor[]=1", "__proto__=1"):
        got = await talk(target, head(f"GET {target.orders}?{query} HTTP/1.1", bearer(), "Connection: close"))
        assert got.startswith(b"HTTP/1.1 400 ")
        assert b"/problems/malformed-request" in got


async def test_no_id_in_a_callback_names_another_key_of_the_store(target):
    """Whatever Bandwidth calls its orders stays behind the words that its keys begin with, in this account."""
    order = await target.submit([{"telephone_numbers": ["2015550120"], "sms": "on"}])
    order = await target.until(order["id"], "processing")
    mine = f"{{{target.account}}}:"
    client = target.desk.store.client
    record = f"{mine}order:{order['id']}"
    before, keys = await client.hgetall(record), set(await client.keys(f"*{target.account}*"))
    names = [
        *MADE_UP[:-2],
        "{1}:order:x",
        f"order:{order['id']}",
        "../" * 20,
        "a\nb",
        "orders",
        "x" * 500,
        f"{record}:seen",
    ]
    for name in names:
        told = name.replace("&", "&amp;").replace("<", "&lt;")
        for document in (
            f"<Notification><OrderId>{told}</OrderId><Status>COMPLETE</Status></Notification>",
            f"<Notification><CustomerOrderId>{told}</CustomerOrderId><Status>COMPLETE</Status></Notification>",
        ):
            assert (await target.callback(document)).status_code == 200, name

    made = set(await client.keys(f"*{target.account}*")) - keys
    assert made
    # `orphan:` and `orphan-reference:` and what is kept beside them; no key of an order, and none of another account
    assert all(
        each.startswith((f"{mine}orphan", f"{mine}counters", f"{mine}histograms", f"{mine}due:adopt")) for each in made
    ), made
    assert await client.hgetall(record) == before
    assert len(max(made, key=len)) < len(mine) + 150
