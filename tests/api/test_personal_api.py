"""Names and addresses of people, and passcodes: who does not see them sees them nowhere."""

from __future__ import annotations

import asyncio
import re

from people_in_orders import BODIES, NUMBERS, PASSCODE, WORDS

from service.api.routes import operations
from service.scopes import Scope

MADE_UP = "00000000-0000-7000-8000-000000000000"


def addresses(world, orders, endpoint, deliveries):
    """Every address that can be read, of everything there is."""
    known = {
        "account_id": [world.account],
        "order_id": [each["id"] for each in orders],
        "number": NUMBERS,
        "endpoint_id": [endpoint],
        "delivery_id": deliveries,
        "batch_id": [MADE_UP],
    }
    for operation in operations():
        if operation.method == "GET" and not operation.open:
            paths = [operation.path]
            for name in re.findall(r"\{([a-z_]+)", operation.path):
                paths = [re.sub(rf"\{{{name}(:[a-z]+)?\}}", value, path) for path in paths for value in known[name]]
            yield from paths


async def read(world, path, headers):
    """What an address tells; of a stream, an event for each order."""
    async with asyncio.timeout(10), world.api.stream("GET", path, headers=headers | {"Last-Event-ID": "0-1"}) as answer:
        assert answer.status_code in (200, 404), (path, answer.status_code)
        if not answer.headers["content-type"].startswith("text/event-stream"):
            return (await answer.aread()).decode()
        seen = []
        async for line in answer.aiter_lines():
            seen.append(line)
            if sum("order.completed" in each for each in seen) >= len(BODIES):
                break
        return "\n".join(seen)


async def test_no_address_shows_a_name_an_address_or_a_passcode_to_who_may_not_see_them(world):
    blind = await world.client(Scope.ADMIN)
    seeing = await world.client(Scope.ADMIN, Scope.PERSONAL)
    url = f"/v1/accounts/{world.account}/endpoints"
    endpoint = (await world.api.post(url, json={"url": "https://hooks.example.com/"})).json()["id"]
    await world.api.post(f"{url}/{endpoint}/ping")
    orders, echoes = [], []
    for kind, body in BODIES.items():
        answer = await world.api.post(f"{world.orders}/{kind}", json=body, headers=blind)
        assert answer.status_code == 202, answer.text
        dry = await world.api.post(f"{world.orders}/{kind}?dry_run=true", json=body, headers=blind)
        assert dry.status_code == 200, dry.text
        orders.append(answer.json())
        echoes += [answer.text, dry.text]
    for each in orders:
        await world.ended(each["id"])
    told = (await world.api.get(f"{url}/{endpoint}/deliveries")).json()["deliveries"]
    paths = list(addresses(world, orders, endpoint, [each["id"] for each in told]))
    assert len(paths) > 40

    words = [each for some in WORDS.values() for each in some]
    masked = [*echoes, *[await read(world, path, blind) for path in paths]]
    for text in masked:
        shown = [each for each in [*words, PASSCODE] if each.lower() in text.lower()]
        assert not shown, text
    whole = [await read(world, path, seeing) for path in paths]
    assert not [text for text in whole if PASSCODE in text]
    for order in orders:
        own = "".join(text for path, text in zip(paths, whole, strict=True) if order["id"] in path)
        assert [each for each in WORDS.get(order["kind"], []) if each not in own] == []
    numbers = "".join(text for path, text in zip(paths, whole, strict=True) if "/numbers/2018" in path)
    assert "Qjoes Garage" in numbers
    assert "Qstreet of Elms" in numbers
    # the same shape for both
    for order in orders:
        both = [(await world.api.get(f"{world.orders}/{order['id']}", headers=each)).json() for each in (blind, seeing)]
        assert list(both[0]) == list(both[1])
        assert outline(both[0].get("groups")) == outline(both[1].get("groups"))


def outline(value):
    if isinstance(value, dict):
        return {name: outline(each) for name, each in value.items()}
    return [outline(each) for each in value] if isinstance(value, list) else type(value).__name__
