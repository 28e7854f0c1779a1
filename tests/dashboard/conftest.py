"""Somebody who looks at pages without a browser."""

from __future__ import annotations

import re
from contextlib import AsyncExitStack

import httpx
import pytest
from rig import TOKEN

_PROOF = re.compile(r'name="proof" value="([^"]+)"')


class Visitor:
    """Gets pages and sends forms, as a browser without scripts does."""

    def __init__(self, http):
        self.http = http
        self.proof = ""

    async def get(self, path, **more):
        answer = await self.http.get(path, **more)
        if found := _PROOF.search(answer.text):
            self.proof = found[1]
        return answer

    async def post(self, path, **fields):
        """Send a form of the page that was read last."""
        return await self.http.post(path, data={"proof": self.proof, **fields})


@pytest.fixture
async def visit():
    """Signs in: `visitor = await visit(world, "orders:read")`; without scopes, with all of them."""
    async with AsyncExitStack() as stack:

        async def sign_in(world, *scopes, **more):
            client = httpx.AsyncClient(base_url=world.api.base_url, trust_env=False, verify=False, timeout=20)
            http = await stack.enter_async_context(client)
            headers = await world.client(*scopes, **more) if scopes else {"Authorization": f"Bearer {TOKEN}"}
            answer = await http.post(
                "/dashboard/sign-in", data={"token": headers["Authorization"].removeprefix("Bearer ")}
            )
            assert answer.status_code == 303, answer.text
            visitor = Visitor(http)
            await visitor.get(f"/dashboard/accounts/{world.account}/orders")
            return visitor

        yield sign_in
