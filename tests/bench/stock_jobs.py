"""The stock way's orders and jobs, apart from its web application: a worker needs no FastAPI.

    python -c 'import stock_jobs; from rq.cli import main; main()' worker --url URL stock

An ordinary `rq worker`, which forks for each job, but with their imports done before, as RQ's documentation advises:
else each job would spend a third of a second on them.
"""

from __future__ import annotations

import os
from typing import Annotated, Literal
from xml.etree import ElementTree as ET

import httpx
import redis
from pydantic import BaseModel, Field

Number = Annotated[str, Field(pattern=r"^[2-9]\d{9}$")]


def connect(**options):
    return redis.Redis.from_url(os.environ["REDIS_URL"], **options)


store = connect(decode_responses=True)
bandwidth = httpx.Client(
    base_url=os.environ["CARRIER_URL"], headers={"Authorization": "Bearer a-token"}, trust_env=False
)


class Group(BaseModel):
    telephone_numbers: list[Number]
    sms: Literal["on", "off"]


class Order(BaseModel):
    groups: list[Group]
    customer_order_id: str | None = None


def send(order_id):
    """The job of an order."""
    order = Order.model_validate_json(store.hget(f"order:{order_id}", "order"))
    root = ET.Element("TnOptionOrder")
    ET.SubElement(root, "CustomerOrderId").text = order_id
    groups = ET.SubElement(root, "TnOptionGroups")
    for each in order.groups:
        group = ET.SubElement(groups, "TnOptionGroup")
        ET.SubElement(group, "Sms").text = each.sms
        numbers = ET.SubElement(group, "TelephoneNumbers")
        for number in each.telephone_numbers:
            ET.SubElement(numbers, "TelephoneNumber").text = number
    answer = bandwidth.post("/accounts/1/tnoptions", content=ET.tostring(root))
    answer.raise_for_status()
    bandwidth_id = ET.fromstring(answer.content).findtext(".//OrderId")
    store.hset(f"order:{order_id}", mapping={"state": "received", "bandwidth": bandwidth_id})
    store.set(f"bandwidth:{bandwidth_id}", order_id)


def heard(order_id):
    """The job of a callback."""
    store.hset(f"order:{order_id}", "heard", 1)
