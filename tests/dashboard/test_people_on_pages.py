"""Names and addresses of people, passcodes and secrets: no page shows them to who may not see them."""

from __future__ import annotations

import asyncio
from html import unescape

import pytest
from ending_steps import end
from people_in_orders import BODIES, PASSCODE, WORDS
from rig import SEGMENT
from store_steps import claim

from service import times
from service.governor import NONE
from service.kinds import shelf
from service.lifecycle import Source, State
from service.order import Attention, Outcome, Remark
from service.report import Report

NAMES = [each for some in WORDS.values() for each in some]
#: what Bandwidth might say of a listing
REPEATED = f"Correct this: {', '.join(WORDS['dlda'])}."
HOSTILE = "</td><script>alert(1)</script>"


@pytest.fixture
async def orders(world):
    """Orders that name people, of which Bandwidth repeats all it can: one that ended, one that needs a person."""
    made = []
    for kind, body in BODIES.items():
        answer = await world.api.post(f"{world.orders}/{kind}", json={**body, "metadata": {"note": HOSTILE}})
        assert answer.status_code == 202, answer.text
        made.append(answer.json())
        await world.ended(made[-1]["id"])
    failed, waits = [await dlda(world, number) for number in ("2018551071", "2018551072")]
    said = Outcome("failed", "1000", REPEATED, retryable=True, warning=REPEATED)
    numbers = ("2018551071",)
    remark = Remark(REPEATED, "1000", numbers, 1)
    await end(world, failed["id"], {numbers[0]: said}, state=State.FAILED, errors=(remark,), warnings=(remark,))
    claimed = await claim(world, waits)
    unknown = Attention("outcome_unknown", REPEATED)
    report = Report(Source.SUBMIT, "note", state=State.NEEDS_ATTENTION, attention=unknown, detail=REPEATED)
    await world.desk.book.report(claimed, report, shelf()["dlda"], NONE)
    return [*made, failed, waits]


async def dlda(world, number):
    group = BODIES["dlda"]["groups"][0] | {"telephone_numbers": [number]}
    return await world.submit([group], kind="dlda", metadata={"note": HOSTILE})


async def steps(world, order):
    """The pages of an order's steps, and of their documents."""
    for each in await world.timeline(order["id"]):
        at = times.parse(each["at"])
        yield f"/steps/{at}"
        for nth in range(2):
            yield f"/steps/{at}/{nth}"


async def addresses(world, orders):
    """Every address that shows an order, or what others say of one."""
    account = f"/dashboard/accounts/{world.account}"
    acts = ("check", "retry", "step-aside", "cancel", "retry-failed")
    for order in orders:
        own = f"{account}/orders/{order['id']}"
        yield own
        yield f"{account}/orders/rows?id={order['id']}"
        for part in (*acts, "numbers", "numbers.csv", "numbers?q=1000", "numbers.csv?outcome=failed"):
            yield f"{own}/{part}"
        async for part in steps(world, order):
            yield own + part
        for group in order.get("groups") or []:
            for number in group["telephone_numbers"]:
                yield f"{account}/numbers/{number}"
                yield f"{account}/search?q={number}"
    for part in ("", "?error_code=1000", "?state=needs_attention", "?kind=dlda", "/act?kind=dlda"):
        yield f"{account}/orders{part}"
    for act in ("check", "retry", "step-aside", "cancel"):
        yield f"{account}/orders/act?kind=dlda&action={act}"
    for part in ("batches", "endpoints", "subscriptions", "subscriptions/now", "orphans", "health", "audit"):
        yield f"{account}/{part}"


async def texts(visitor, paths):
    """What each address tells."""
    gate = asyncio.Semaphore(8)

    async def read(path):
        async with gate:
            answer = await visitor.http.get(path, follow_redirects=True)
        assert answer.status_code in (200, 400, 404, 409), (path, answer.status_code)
        assert "<script>alert" not in answer.text or "text/html" not in answer.headers["content-type"], path
        return unescape(answer.text)

    return dict(zip(paths, await asyncio.gather(*map(read, paths)), strict=True))


async def test_no_page_shows_a_name_an_address_or_a_secret_to_who_may_not_see_them(world, visit, orders):
    paths = [path async for path in addresses(world, orders)]
    assert len(paths) > 100

    blind = await texts(await visit(world, "admin"), paths)
    for path, text in blind.items():
        shown = [each for each in [*NAMES, PASSCODE, SEGMENT] if each.lower() in text.lower()]
        assert not shown, (path, shown)

    seeing = await texts(await visit(world, "admin", "read:personal"), paths)
    assert not [path for path, text in seeing.items() if PASSCODE in text or SEGMENT in text]
    for order in orders:
        own = "".join(text for path, text in seeing.items() if order["id"] in path)
        assert [each for each in WORDS.get(order["kind"], []) if each not in own] == []
        assert HOSTILE in own


async def test_nobody_finds_out_what_is_masked_by_looking_for_it(world, visit, orders):
    page = f"/dashboard/accounts/{world.account}/orders/{orders[-2]['id']}/numbers"
    blind, seeing = await visit(world, "admin"), await visit(world, "admin", "read:personal")
    for path, shown in ((page, "(201) 855-1071"), (page + ".csv", "2018551071")):
        wished = {"q": WORDS["dlda"][-1]}
        assert shown not in (await blind.get(path, params=wished)).text
        assert shown in (await seeing.get(path, params=wished)).text
