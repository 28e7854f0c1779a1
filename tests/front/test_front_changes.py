"""PUT of listings: an open order is changed at Bandwidth, or the answer says why not."""

from __future__ import annotations

import asyncio

import pytest
import rig
from front_steps import body_of, get, id_of, order_in, path_of, post

from service import xml


@pytest.fixture
async def slow(valkey):
    """A world whose orders stay RECEIVED for long."""
    async with rig.world(valkey.url, sandbox={"pace": 300}, front_hold_seconds=0) as world:
        yield world


async def put(world, order_id, **more):
    body = more.pop("body", None) or body_of("dldas", **more)
    return await world.api.put(path_of(world, "dldas", order_id), content=body)


def last_name(answer):
    return xml.text(order_in(answer), "DldaTnGroups", "DldaTnGroup", "ListingName", "LastName")


async def test_a_change_is_answered_with_the_order_as_changed_and_reaches_bandwidth(slow):
    made = await post(slow, "dldas", reference="Listing 1")
    own = await slow.until(id_of(made), "received")
    answer = await put(slow, own["id"], name="Brook")
    assert answer.status_code == 200, answer.text
    assert xml.parse(answer.content).tag == "DldaOrderResponse"
    assert (xml.text(order_in(answer), "OrderId"), last_name(answer)) == (own["id"], "Brook")
    change = (await slow.order(own["id"]))["amended_by"]
    await slow.ended(change)
    path = f"/api/accounts/{slow.account}/dldas/{own['bandwidth_order_id']}"
    at_bandwidth = await slow.sandbox.get(path, auth=("sandbox-user", "sandbox-password"))
    assert "<LastName>Brook</LastName>" in at_bandwidth.text
    assert last_name(await get(slow, "dldas", own["id"])) == "Brook"
    # changes are no orders at Bandwidth: its lists show none
    listed = xml.parse((await get(slow, "dldas")).content)
    assert [each.text for each in listed.iter("orderId")] == [own["id"]]


async def test_the_same_change_again_is_the_first_one_and_a_change_back_is_another(slow):
    own = await slow.until(id_of(await post(slow, "dldas")), "received")
    changes = []
    for name in ("Brook", "Brook", "Heath", "Brook"):
        answer = await put(slow, own["id"], name=name)
        assert (answer.status_code, last_name(answer)) == (200, name)
        changes.append((await slow.order(own["id"]))["amended_by"])
        await slow.ended(changes[-1])
    assert changes[0] == changes[1]
    assert len(set(changes)) == 3


async def test_a_change_back_whose_body_comes_late_is_another_one_too(slow):
    own = await slow.until(id_of(await post(slow, "dldas")), "received")
    await put(slow, own["id"], name="Brook")
    await slow.ended((await slow.order(own["id"]))["amended_by"])
    begun, rest = asyncio.Event(), asyncio.Event()

    async def body():
        whole = body_of("dldas", name="Brook").encode()
        yield whole[:50]
        begun.set()
        await rest.wait()
        yield whole[50:]

    late = asyncio.create_task(slow.api.put(path_of(slow, "dldas", own["id"]), content=body()))
    await begun.wait()
    await _looked_up(slow)
    await put(slow, own["id"], name="Heath")
    between = (await slow.order(own["id"]))["amended_by"]
    await slow.ended(between)
    rest.set()
    assert ((await late).status_code, last_name(await late)) == (200, "Brook")
    assert (await slow.order(own["id"]))["amended_by"] != between


async def _looked_up(world):
    """Let the server come to the end of what a request has brought so far: others after it are answered."""
    for _ in range(5):
        assert (await get(world, "dldas")).status_code == 200


async def test_an_order_that_was_read_is_sent_back_as_it_came(slow):
    own = await slow.until(id_of(await post(slow, "dldas")), "received")
    told = order_in(await get(slow, "dldas", own["id"]))
    answer = await put(slow, own["id"], body=xml.write(told).replace(b"Fern", b"Sedge"))
    assert (answer.status_code, last_name(answer)) == (200, "Sedge")


async def test_a_change_that_bandwidth_refuses_leaves_the_order_as_it_was(valkey):
    async with rig.world(valkey.url, sandbox={"pace": 300}) as world:
        own = await world.until(id_of(await _placed(world)), "received")
        body = body_of("dldas", name="Brook").replace(
            "<DldaTnGroups>", "<DeleteDldaTnGroups>true</DeleteDldaTnGroups><DldaTnGroups>"
        )
        answer = await _worked(world, put(world, own["id"], body=body))
        assert answer.status_code == 400
        assert xml.text(xml.parse(answer.content), "ResponseStatus", "ErrorCode") == "16113"
        assert last_name(await get(world, "dldas", own["id"])) == "Fern"


async def _placed(world):
    return await _worked(world, post(world, "dldas"))


async def _worked(world, call):
    task = asyncio.create_task(call)
    while not task.done():
        await world.turn()
        await asyncio.sleep(0.01)
    return await task


@pytest.mark.parametrize(("end", "code"), [("complete", "16105"), ("failed", "16106")])
async def test_an_order_that_has_ended_takes_no_change(working, end, code):
    number = {"complete": "2015551234", "failed": "8005551234"}[end]
    made = await post(working, "dldas", number=number)
    (own,) = (await working.api.get(working.orders)).json()["orders"]
    await working.ended(own["id"])
    answer = await put(working, own["id"], number=number)
    assert (made.status_code, answer.status_code) == ({"complete": 201, "failed": 400}[end], 400)
    assert xml.text(xml.parse(answer.content), "ResponseStatus", "ErrorCode") == code


async def test_a_change_of_other_numbers_is_refused(slow):
    own = await slow.until(id_of(await post(slow, "dldas")), "received")
    answer = await put(slow, own["id"], number="2015551235")
    assert answer.status_code == 400
    assert "Name exactly the numbers" in answer.text


@pytest.mark.parametrize("resource", ["tnoptions", "lidbs"])
async def test_other_orders_take_no_put(idle, resource):
    made = await post(idle, resource)
    answer = await idle.api.put(path_of(idle, resource, id_of(made)), content=body_of(resource))
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET")


async def test_a_change_of_what_is_not_there_is_404(idle):
    assert (await put(idle, "018f0000-0000-7000-8000-000000000000")).status_code == 404
