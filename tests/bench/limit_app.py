"""The limit: a bare Starlette handler that makes one script call, writing the bytes that ours writes, and answers.

    uvicorn limit_app:app

It checks nothing and promises nothing: what it costs is the price of the server, the loop, the client and the disk.
`test_bench_smoke.py` holds its writes to ours.
"""

from __future__ import annotations

import hashlib
import os
import time
from pathlib import Path

import orjson
import redis.asyncio
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Route

from service.identifiers import new_id

LIMIT = os.environ["LIMIT_PREFIX"]
store = redis.asyncio.Redis.from_url(os.environ["REDIS_URL"])


def _script(name):
    text = Path(__file__).with_name(f"limit_{name}.lua").read_text()
    return text, hashlib.sha1(text.encode()).hexdigest()


ACCEPT, CALLBACK = _script("accept"), _script("callback")


async def run(script, *arguments):
    text, sha = script
    try:
        return await store.evalsha(sha, 1, LIMIT, *arguments)
    except redis.exceptions.NoScriptError:
        return await store.eval(text, 1, LIMIT, *arguments)


async def accept(request):
    body, order_id = await request.body(), new_id()
    numbers = orjson.loads(body)["groups"][0]["telephone_numbers"]
    key = request.headers["idempotency-key"]
    await run(ACCEPT, order_id, f"{time.time_ns() // 1_000_000}", key, " ".join(numbers), len(numbers))
    return Response(orjson.dumps({"id": order_id, "state": "accepted"}), 202, media_type="application/json")


async def callback(request):
    body = await request.body()
    order_id = body.partition(b"<CustomerOrderId>")[2].partition(b"<")[0]
    await run(CALLBACK, order_id, f"{time.time_ns() // 1_000_000}", new_id()[-18:])
    return Response(status_code=200)


async def get(request):
    found = await store.hgetall(f"{LIMIT}order:{request.path_params['order_id']}")
    text = {name.decode(): value.decode() for name, value in found.items()}
    return Response(orjson.dumps(text), media_type="application/json")


app = Starlette(
    routes=[
        Route("/orders", accept, methods=["POST"]),
        Route("/callback", callback, methods=["POST"]),
        Route("/orders/{order_id}", get),
    ]
)
