"""Addresses of many filters, and of long numbers: pages of them are small, or say that they are none."""

from __future__ import annotations

from unittest import mock
from urllib.parse import parse_qs, urlsplit

import httpx

from service.dashboard.orders import filters, views
from service.kinds import shelf
from service.lifecycle import State


def room(world):
    return f"/dashboard/accounts/{world.account}/orders"


async def test_a_filter_that_comes_hundreds_of_times_is_refused_by_name(world, visit):
    visitor = await visit(world, "orders:read")

    answer = await visitor.get(f"{room(world)}?{'&'.join(f'kind=a{at}' for at in range(1_000))}")

    assert (answer.status_code, len(answer.content) < 20_000) == (400, True)
    assert "The query parameter kind is wrong: give it at most 100 times." in answer.text


async def test_a_page_of_very_many_filters_shows_some_of_them_one_by_one(world, visit):
    visitor = await visit(world, "orders:read")
    query = "&".join([f"kind=a{at}&state=b{at}" for at in range(100)])

    answer = await visitor.get(f"{room(world)}?{query}")

    assert (answer.status_code, len(answer.content) < 500_000) == (400, True)


async def test_all_filters_that_make_sense_together_have_their_chips(world, visit):
    visitor = await visit(world, "orders:read")
    several = [("state", str(each)) for each in State] + [("kind", each) for each in shelf()]
    single = [("telephone_number", "2015551234"), ("customer_order_id", "r"), ("bandwidth_order_id", "b")]
    single += [("error_code", "5"), ("origin", "api"), ("batch_id", "01a22726-beb9-7e05-9b0a-167a263c56d5")]
    single += [("created_from", "2026-01-01T00:00:00Z"), ("created_to", "2026-01-02T00:00:00Z")]
    seen = []
    with mock.patch.object(filters, "read", wraps=filters.read) as read:
        answer = await visitor.http.get(room(world), params=several + single + several)
        seen += filters.read(read.call_args.args[0]).chips

    assert answer.status_code == 200
    assert len(seen) == len(several) + len(single)
    assert sorted(parse_qs(urlsplit(seen[0].without).query)) == sorted({name for name, _ in several + single})
    assert len(parse_qs(urlsplit(seen[0].without).query)["state"]) == len(State) - 1


async def test_orders_of_a_kind_that_is_named_often_are_counted_once(world, visit):
    visitor = await visit(world, "orders:read")
    with mock.patch.object(views.counting, "count", wraps=views.counting.count) as count:
        answer = await visitor.get(f"{room(world)}?{'&'.join(['kind=lidb'] * 100)}")

    assert (answer.status_code, count.call_args.args[2]) == (200, ["lidb"])


async def test_a_step_of_thousands_of_digits_is_no_step(world, visit):
    order = await world.submit()
    visitor = await visit(world, "orders:read")
    stranger = httpx.AsyncClient(base_url=world.api.base_url, trust_env=False, timeout=20)
    async with stranger:
        for at in ("1" * 5_000, f"1/{'1' * 5_000}", "1" * 16, "x", "\u0661", "1/-1", "1/1.5"):
            path = f"{room(world)}/{order['id']}/steps/{at}"
            signed_out, signed_in = await stranger.get(path), await visitor.get(path)
            assert (signed_out.status_code, signed_in.status_code) == (303, 404), at
            assert "text/html" in signed_in.headers["content-type"]
