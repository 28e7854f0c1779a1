"""While the store or Bandwidth is away, every page says so in time."""

from __future__ import annotations

import asyncio
import re
import socket
import time

import pytest
import rig
from ending_steps import end

from service.dashboard.page import PATIENCE
from service.dashboard.routes import pages
from service.lifecycle import State
from service.order import Outcome

#: seconds in which a person is told, whatever is away
SOON = 3
NUMBER = "2018551094"
BODY = {"telephone_number": NUMBER, "call_forward": "6042661720"}
AGAIN = Outcome("failed", "1000", "Please try again.", retryable=True)
MADE_UP = "01a20793-86c9-7bcc-8f65-7512482b0f80"
#: below an account: what asks for something first, and needs no store for that; and health, which shows what it knows
STORELESS = {"/search", "/orders/act", "/orphans/replay", "/endpoints/new", "/health", "/health/now", "/health/strip"}
#: settings by which workers wait longer than people
PATIENT = {"exchange_seconds": 30, "lease_seconds": 60}


@pytest.fixture
async def alone():
    """A world with a store of its own, and that store."""
    with rig.valkey() as store:
        async with rig.world(store.url) as world:
            yield world, store


def looks(world):
    """Every page that only shows something."""
    known = {"account_id": world.account, "at": "1", "nth": "0", "number": NUMBER, "delivery_id": "1"}
    for page in pages():
        if page.method == "GET" and "{account_id}" in page.path:
            yield re.sub(r"\{([a-z_]+)(:[a-z]+)?\}", lambda found: known.get(found[1], MADE_UP), page.path)


async def looked(visitor, path):
    began = time.monotonic()
    answer = await visitor.http.get(path)
    return path, answer, time.monotonic() - began


async def test_every_page_says_in_time_that_the_store_does_not_answer_and_the_log_says_it_once(alone, visit, lines):
    world, store = alone
    visitor = await visit(world)
    store.pause()
    told = await asyncio.gather(*(looked(visitor, path) for path in looks(world)))
    store.go_on()
    assert {path.rpartition(world.account)[2] for path, answer, _ in told if answer.status_code != 503} == STORELESS
    for path, answer, took in told:
        assert answer.status_code != 503 or "Retry-After" in answer.headers, path
        assert took < SOON, path
    assert lines.getvalue().count("store.away") == 1
    assert "dashboard.unavailable" not in lines.getvalue()


async def test_the_order_and_the_number_are_told_although_bandwidth_hangs_and_so_is_that_it_does(valkey, visit):
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        url = f"http://127.0.0.1:{deaf.getsockname()[1]}"
        async with rig.world(valkey.url, bandwidth_url=url, **PATIENT) as world:
            failed, paths = await waiting_for_bandwidth(world)
            visitor = await visit(world)
            told = await asyncio.gather(*(looked(visitor, each) for each in paths))
    assert [answer.status_code for _, answer, _ in told] == [200, 200, 503]
    for path, answer, took in told:
        assert re.search(f"did not answer (with)?in {PATIENCE:g} s", answer.text), path
        assert took < SOON, path
    assert failed["id"][-8:] in told[0][1].text
    assert "Make this order" in told[1][1].text


async def waiting_for_bandwidth(world):
    """An order that failed, and the pages that ask Bandwidth."""
    answer = await world.api.post(f"{world.orders}/number-options", json=BODY)
    await end(world, answer.json()["id"], {NUMBER: AGAIN}, default=AGAIN, state=State.FAILED)
    account = f"/dashboard/accounts/{world.account}"
    pages = (f"numbers/{NUMBER}", f"orders/{answer.json()['id']}/retry-failed", "subscriptions/now")
    return answer.json(), [f"{account}/{each}" for each in pages]
