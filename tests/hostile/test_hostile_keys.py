"""An Idempotency-Key used for anything but one order: another body, at once, after a crash, made to collide."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys

import httpx
import pytest
import rig

BODY = {"groups": [{"telephone_numbers": ["2015551235"], "sms": "on"}]}
#: an API of its own process, which dies when its first order is on disk: the 202 is never sent
DIES = """
import os, signal, sys
from service import settings, web
from service.store import accepting

accept = accepting.accept

async def accepts_and_dies(*given, **named):
    await accept(*given, **named)
    os.kill(os.getpid(), signal.SIGKILL)

accepting.accept = accepts_and_dies
web.serve(settings.load(), "127.0.0.1", int(sys.argv[1]))
"""


async def post(world, key, body=BODY):
    return await world.api.post(f"{world.orders}/tn-options", json=body, headers={"Idempotency-Key": key})


async def ids(world):
    return [each["id"] for each in (await world.api.get(world.orders, params={"limit": 250})).json()["orders"]]


async def test_fifty_at_once_with_one_key_and_body_are_one_order(target):
    answers = await asyncio.gather(*(post(target, "k") for _ in range(50)))

    assert {each.status_code for each in answers} == {202}
    assert {each.json()["id"] for each in answers} == set(await ids(target))
    assert len(await ids(target)) == 1
    assert sum("idempotency-replayed" not in each.headers for each in answers) == 1


async def test_fifty_bodies_at_once_under_one_key_are_one_order_and_the_rest_422(target):
    bodies = [BODY | {"metadata": {"at": str(at)}} for at in range(50)]

    answers = await asyncio.gather(*(post(target, "k", each) for each in bodies))

    refused = [each for each in answers if each.status_code != 202]
    assert len(refused) == 49
    assert {(each.status_code, each.json()["type"]) for each in refused} == {(422, "/problems/idempotency-key-reused")}
    assert len(await ids(target)) == 1


async def test_keys_that_look_like_parts_of_the_stores_own_are_keys_like_any_other(target):
    keys = ["*", "?", "{", "}", "{x}", ":", "a:b", "default:a", "a", "A", "..", "order", "'", '"', "\\", "~" * 255]
    first = {key: (await post(target, key)).json()["id"] for key in keys}

    assert len(set(first.values())) == len(keys)
    for key in keys:
        again = await post(target, key)
        assert (again.json()["id"], again.headers["idempotency-replayed"]) == (first[key], "true")
    client = target.desk.store.client
    made = await client.keys(f"*{target.account}*:idempotency:*")
    assert {each.partition(":idempotency:")[0] for each in made} == {f"{{{target.account}}}"}


async def test_after_a_crash_between_disk_and_answer_the_key_leads_to_that_order(target):
    port, environment = rig.free_port(), environment_of(target.settings)
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", DIES, str(port), env=environment, stderr=asyncio.subprocess.DEVNULL
    )
    try:
        headers = {"Authorization": f"Bearer {rig.TOKEN}", "Idempotency-Key": "crash"}
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", headers=headers, trust_env=False) as api:
            await rig.until(lambda: answers(api))
            with pytest.raises(httpx.TransportError):
                await api.post(f"{target.orders}/tn-options", json=BODY)
        assert await asyncio.wait_for(process.wait(), 10) == -signal.SIGKILL
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()

    (on_disk,) = await ids(target)
    again = await post(target, "crash")
    other = await post(target, "crash", {"groups": [BODY["groups"][0] | {"sms": "off"}]})

    assert (again.status_code, again.json()["id"], again.headers["idempotency-replayed"]) == (202, on_disk, "true")
    assert (other.status_code, other.json()["type"]) == (422, "/problems/idempotency-key-reused")
    assert await ids(target) == [on_disk]


async def answers(api):
    try:
        return (await api.get("/livez")).status_code == 200
    except httpx.TransportError:
        return False


def environment_of(settings):
    """The settings of a world, for a process of its own."""
    given = {
        "ACCOUNTS": settings.accounts[0],
        "API_TOKEN": rig.TOKEN,
        "SECRET_KEY": settings.secret_key.get_secret_value(),
        "REDIS_URL": settings.redis_url,
        "BANDWIDTH_URL": str(settings.bandwidth_url),
        "BANDWIDTH_CLIENT_ID": "sandbox-client",
        "BANDWIDTH_CLIENT_SECRET": "sandbox-client-secret",
        "CALLBACK_SEGMENT": rig.SEGMENT,
        "CALLBACK_PASSWORD": rig.CALLBACK[1],
    }
    return os.environ | {f"TRACKER_{name}": value for name, value in given.items()}
