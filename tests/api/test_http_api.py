"""The HTTP around the resources: addresses that are none, methods, and what must not need the store."""

from __future__ import annotations

import rig

from service.kinds import shelf
from service.scopes import Scope

POST = "tn-options"


async def test_an_unknown_address_is_a_404_problem_and_never_a_redirect(world):
    for path in [
        "/index.html",
        "/docs/",
        "/problems/",
        "/nonsense",
        "/v1",
        "/v1/accounts",
        "/livez//",
        "/livez/",
        "/livez/x",
        "/LIVEZ",
        "/callbacks",
        "/..%2flivez",
        "/v1/accounts//orders",
        "/v2/accounts/1/orders",
        "/%00",
        "/%ff",
        "/favicon.ico",
    ]:
        answer = await world.api.get(path)
        assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")
        assert answer.json()["status"] == 404


async def test_doubled_and_trailing_slashes_are_404_and_never_a_redirect_to_the_host_a_caller_names(world):
    for path in (f"{world.orders}/", f"/{world.orders}", world.orders.replace("/orders", "//orders")):
        answer = await world.api.get(path, headers={"Host": "evil.example"})
        assert answer.status_code == 404
        assert "location" not in answer.headers


async def test_a_wrong_method_is_405_and_names_the_right_ones(world):
    order = await world.submit()
    allowed = {
        "/livez": {"GET", "HEAD"},
        world.orders: {"GET", "HEAD"},
        f"{world.orders}/{POST}": {"POST"},
        order["links"]["self"]: {"GET", "HEAD", "PUT"},
        order["links"]["timeline"]: {"GET", "HEAD"},
        f"/callbacks/bandwidth/{world.account}/{rig.SEGMENT}": {"POST"},
    }

    for path, methods in allowed.items():
        for method in {"PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"} - methods:
            answer = await world.api.request(method, path)
            assert (answer.status_code, answer.json()["type"]) == (405, "/problems/method-not-allowed"), path
            assert set(answer.headers["allow"].split(", ")) == methods, path


async def test_reading_the_address_where_orders_are_posted_is_405(world):
    answer = await world.api.get(f"{world.orders}/{POST}")

    assert (answer.status_code, answer.headers["allow"]) == (405, "POST")
    assert answer.json()["type"] == "/problems/method-not-allowed"


async def test_posting_an_order_without_a_kind_is_405_and_says_where_each_kind_is_taken(world):
    answer = await world.api.post(world.orders, json={"groups": []})

    assert (answer.status_code, answer.json()["type"]) == (405, "/problems/method-not-allowed")
    assert set(answer.headers["allow"].split(", ")) == {"GET", "HEAD"}
    where, _, kinds = answer.json()["detail"].partition("; KIND is one of: ")
    assert f"{world.orders}/KIND" in where
    assert kinds == f"{', '.join(sorted(shelf()))}."
    for headers, status in (({"Authorization": ""}, 401), (await world.client(Scope.READ), 403)):
        assert (await world.api.post(world.orders, headers=headers)).status_code == status


async def test_head_is_get_without_a_body(world):
    order = await world.submit()

    for path in ("/livez", world.orders, *order["links"].values()):
        head, get = await world.api.head(path), await world.api.get(path)
        assert (head.status_code, head.content) == (200, b""), path
        assert head.headers["content-length"] == get.headers["content-length"]


async def test_livez_answers_while_the_store_is_dead():
    with rig.valkey() as server:
        async with rig.world(server.url) as world:
            server.kill()
            answer = await world.api.get("/livez", headers={"Authorization": ""}, timeout=5)
            assert (answer.status_code, answer.text) == (200, "ok\n")


async def test_an_unknown_kind_is_404_and_names_the_kinds(world):
    for kind in ("nonsense", "TN-OPTIONS", "tnoptions", "0" * 8 + "-0000-7000-8000-000000000000"):
        answer = await world.api.post(f"{world.orders}/{kind}", json={})
        assert answer.status_code == 404, kind
        assert "tn-options" in answer.json()["detail"]
