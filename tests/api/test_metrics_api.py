"""Prometheus scrapes what a token may see, in the format that it asks for, whether or not the store is there."""

from __future__ import annotations

import pytest
import rig
from prometheus_client.openmetrics.parser import text_string_to_metric_families as open_families
from scraped import Scraped, scrape

from service.api.metrics import happened, installation, standing
from service.api.metrics.metric import PREFIX
from service.lifecycle import State
from service.scopes import Scope

METRICS = (*installation.METRICS, *standing.METRICS, *happened.METRICS)
OPEN = "application/openmetrics-text;version=1.0.0;q=0.6,text/plain;version=0.0.4;q=0.3,*/*;q=0.1"


@pytest.fixture
async def spooling(valkey, tmp_path):
    async with rig.world(valkey.url, spool_dir=str(tmp_path)) as made:
        yield made


async def test_every_metric_has_its_type_its_labels_and_a_sentence(spooling):
    order = await spooling.submit()
    await spooling.ended(order["id"])
    told = await scrape(spooling.api)

    for each in METRICS:
        family = told.families[(PREFIX + each.name).removesuffix("_total")]
        assert (family.type, family.documentation) == (each.type, each.says)
        for sample in family.samples:
            assert set(sample.labels) - {"le"} == set(each.labels)
    ours = {(PREFIX + each.name).removesuffix("_total") for each in METRICS}
    assert {name for name in told.families if not name.startswith("process_")} == ours
    assert told.value("up") == 1
    assert told.by("orders", "state") == {"complete": 1}
    assert told.value("clock_age_seconds", account=spooling.account) == 3600
    assert told.families["process_resident_memory_bytes"].samples[0].value > 0


@pytest.mark.parametrize(
    "accept",
    [
        "text/plain; version=abc",
        "text/plain; version=\xff",
        f"text/plain; version={'1' * 5_000}",
        "text/plain; version=1.0.0; escaping=",
        "application/openmetrics-text; version=",
        "application/openmetrics-text; version=1.x",
        ";;,",
    ],
)
async def test_a_format_that_is_none_is_answered_in_one_that_is(world, accept):
    answer = await world.api.get("/metrics", headers={"Accept": accept.encode("latin-1")})
    assert answer.status_code == 200
    assert "order_tracker_up 1.0" in answer.text


async def test_what_has_not_happened_is_there_as_0_so_that_its_first_time_is_an_increase(world):
    told = await scrape(world.api)

    at = {"account": world.account, "kind": "lidb"}
    assert told.value("orders_accepted_total", **at) == 0
    assert told.value("orders_ended_total", **at, state="partial", settled_by="check") == 0
    assert told.value("callbacks_total", account=world.account, outcome="unauthenticated") == 0
    assert told.value("account_paused", account=world.account, why="throttled") == 0
    assert told.value("submit_seconds_bucket", **at, le="+Inf") == 0
    assert {each.labels["state"] for each in told.families[PREFIX + "orders"].samples} == set(State)


async def test_buckets_rise_and_their_bounds_are_seconds(world):
    order = await world.submit()
    await world.ended(order["id"])
    told = await scrape(world.api)

    samples = told.families[PREFIX + "order_seconds"].samples
    buckets = [each for each in samples if each.labels.get("le") and each.labels["kind"] == "tn-options"]
    assert [each.labels["le"] for each in buckets][:3] == ["0.1", "0.25", "0.5"]
    assert [each.labels["le"] for each in buckets][-2:] == ["2.592e+06", "+Inf"]
    values = [each.value for each in buckets]
    assert values == sorted(values)
    assert values[-1] == told.value("order_seconds_count", account=world.account, kind="tn-options") == 1
    assert 0 < told.value("order_seconds_sum", account=world.account, kind="tn-options") < 15


@pytest.mark.parametrize(
    ("accept", "media"),
    [(OPEN, "application/openmetrics-text"), ("text/plain", "text/plain"), ("", "text/plain"), ("x/y", "text/plain")],
)
async def test_the_format_is_the_one_that_is_asked_for(world, accept, media):
    answer = await world.api.get("/metrics", headers={"Accept": accept})

    assert (answer.status_code, answer.headers["content-type"].partition(";")[0]) == (200, media)
    if accept is OPEN:
        assert f"{PREFIX}up" in {each.name for each in open_families(answer.text)}
    else:
        assert Scraped(answer.text).value("up") == 1


async def test_a_token_sees_its_own_accounts_and_needs_to_read_orders(world):
    elsewhere = await world.client(Scope.READ, accounts=[])
    personal = await world.client(Scope.PERSONAL)

    told = await scrape(world.api, **elsewhere)
    assert told.value("up") == 1
    assert told.families[PREFIX + "orders"].samples == []
    assert (await world.api.get("/metrics", headers=personal)).status_code == 403
    assert (await world.api.get("/metrics", headers={"Authorization": "Bearer nobody"})).status_code == 401
    assert (await world.api.get("/metrics?account=1")).status_code == 400


async def test_while_the_store_is_away_it_says_so_and_still_tells_of_the_process_and_the_spool(tmp_path):
    with rig.valkey() as server:
        async with rig.world(server.url, spool_dir=str(tmp_path)) as world:
            assert (await scrape(world.api)).value("up") == 1
            server.kill()
            told = await scrape(world.api)

            assert told.value("up") == 0
            assert told.value("spooled_callbacks_waiting") == 0
            assert PREFIX + "orders" not in told.families
            assert told.by("workers", "queue") == {}
            assert "process_cpu_seconds" in told.families
            server.start_again()
