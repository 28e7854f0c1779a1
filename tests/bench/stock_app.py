"""The stock way: what the tutorials of FastAPI and RQ write for the same job, kept honest.

    uvicorn stock_app:app --no-access-log

A pydantic model, a hash in Redis for the state, `queue.enqueue` for the work (stock_jobs.py). It is quicker than most
of its kind: no access log, uvloop and httptools, functions rather than coroutines, so that its blocking calls run
beside each other. It promises little: no idempotency, no lines, no indexes, no fences.
"""

from __future__ import annotations

import os
import secrets
import uuid
from typing import Annotated
from xml.etree import ElementTree as ET

import fastapi
import rq
from fastapi.security import HTTPAuthorizationCredentials, HTTPBasic, HTTPBasicCredentials, HTTPBearer
from pydantic import BaseModel
from stock_jobs import Group, Order, connect, heard, send, store

app = fastapi.FastAPI()
queue = rq.Queue("stock", connection=connect())


class Shown(BaseModel):
    id: str
    state: str
    groups: list[Group]
    bandwidth_order_id: str | None = None


def bearer(given: Annotated[HTTPAuthorizationCredentials, fastapi.Depends(HTTPBearer())]):
    if not secrets.compare_digest(given.credentials, os.environ["API_TOKEN"]):
        raise fastapi.HTTPException(401)


def basic(given: Annotated[HTTPBasicCredentials, fastapi.Depends(HTTPBasic())]):
    if not secrets.compare_digest(given.password, os.environ["CALLBACK_PASSWORD"]):
        raise fastapi.HTTPException(401)


@app.post("/orders", status_code=202, dependencies=[fastapi.Depends(bearer)])
def submit(order: Order) -> Shown:
    order_id = str(uuid.uuid4())
    store.hset(f"order:{order_id}", mapping={"state": "accepted", "order": order.model_dump_json()})
    queue.enqueue(send, order_id)
    return Shown(id=order_id, state="accepted", groups=order.groups)


@app.get("/orders/{order_id}", dependencies=[fastapi.Depends(bearer)])
def get(order_id: str) -> Shown:
    found = store.hgetall(f"order:{order_id}")
    if not found:
        raise fastapi.HTTPException(404)
    groups = Order.model_validate_json(found["order"]).groups
    return Shown(id=order_id, state=found["state"], groups=groups, bandwidth_order_id=found.get("bandwidth"))


@app.post("/callback", dependencies=[fastapi.Depends(basic)])
def callback(body: Annotated[bytes, fastapi.Body(media_type="application/xml")]):
    said = ET.fromstring(body)
    order_id = store.get(f"bandwidth:{said.findtext('OrderId')}")
    if order_id:
        store.hset(f"order:{order_id}", "state", said.findtext("Status").lower())
        queue.enqueue(heard, order_id)
    return fastapi.Response(status_code=200)
