"""Schemathesis reads the document and calls everything in it, rightly and wrongly: whatever it finds is a defect."""

from __future__ import annotations

import asyncio
import json
import re
import sys
from pathlib import Path

import pytest
import rig

#: `cursor` is made by the server alone; the others wait by their nature, and have tests of their own
LEFT_OUT = {"cursor", "wait", "until"}
CONFIGURATION = """
hooks = "hooks.py"
seed = 20260214
[auth.openapi.token]
bearer = "{token}"
[auth.openapi.bandwidth]
username = "{username}"
password = "{password}"

# an order is judged by rules between its fields, and by what is at the account; no schema can say all of that
[checks.positive_data_acceptance]
expected-statuses = ["2xx", "3xx", "401", "403", "404", "409", "422", "429"]

# a span of time that ends before it begins
[[operations]]
include-method = "GET"
checks.positive_data_acceptance.expected-statuses = ["2xx", "3xx", "400", "401", "403", "404", "409", "429"]

# which rows are right no schema of a text can say
[[operations]]
include-path-regex = "/bulk$"
checks.positive_data_acceptance.expected-statuses = ["2xx", "400", "409", "413", "422", "429"]

# Bandwidth says a thing once: whatever can be read is taken, also where it says nothing
[[operations]]
include-operation-id = "receiveCallback"
checks.negative_data_rejection.enabled = false

# a stream without an end
[[operations]]
include-operation-id = "streamEvents"
enabled = false
"""
HOOKS = """
import schemathesis

schemathesis.serializer.alias("application/x-ndjson", "text/plain")
"""


# twenty seconds on a core of its own, and more beside others
@pytest.mark.timeout(300)
async def test_schemathesis_finds_nothing(world, tmp_path):
    known = await _seed(world)
    document = (await world.api.get("/openapi.json")).json()
    (tmp_path / "openapi.json").write_text(json.dumps(_with_ids(document, known)))
    values = {"token": rig.TOKEN, "username": rig.CALLBACK[0], "password": rig.CALLBACK[1]}
    (tmp_path / "schemathesis.toml").write_text(CONFIGURATION.format(**values))
    (tmp_path / "hooks.py").write_text(HOOKS)

    command = ["run", "openapi.json", "--url", str(world.api.base_url), "--max-examples", "4", "--no-shrink"]
    program = Path(sys.executable).with_name("schemathesis")
    process = await asyncio.create_subprocess_exec(
        program, *command, cwd=tmp_path, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    told, _ = await process.communicate()

    assert process.returncode == 0, told.decode()
    tested = re.search(r"Tested: (\d+)", told.decode())
    # all but the stream
    assert tested
    assert int(tested[1]) == sum(map(len, document["paths"].values())) - 1


async def _seed(world):
    """Make one of everything that has an id."""
    ended = await world.submit([{"telephone_numbers": ["2018551021", "2015550101"], "sms": "on"}])
    await world.ended(ended["id"])
    waiting = await world.submit([{"telephone_numbers": ["2018551022"], "sms": "on"}])
    endpoints = f"/v1/accounts/{world.account}/endpoints"
    made = [
        (await world.api.post(endpoints, json={"url": "https://hooks.example.com/orders"})).json()["id"]
        for _ in range(3)
    ]
    rows = "telephone_number,sms\n2018551023,on\n2018551024,maybe\n"
    headers = {"Content-Type": "text/csv", "Idempotency-Key": "rows"}
    batch = (await world.api.post(f"{world.orders}/tn-options/bulk", content=rows, headers=headers)).json()
    pinged = (await world.api.post(f"{endpoints}/{made[0]}/ping")).json()
    return {
        "account_id": [world.account],
        "account": [world.account],
        "order_id": [ended["id"], waiting["id"]],
        "endpoint_id": made,
        "batch_id": [batch["id"]],
        "delivery_id": [pinged["id"]],
        "segment": [rig.SEGMENT],
    }


def _with_ids(document, known):
    """Put into the document what only this server knows."""
    for item in document["paths"].values():
        for operation in item.values():
            operation["parameters"] = [each for each in operation["parameters"] if each["name"] not in LEFT_OUT]
            for each in operation["parameters"]:
                if each["name"] in known:
                    each["schema"] = {"enum": known[each["name"]]}
    return document
