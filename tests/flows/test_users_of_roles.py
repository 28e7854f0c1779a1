"""Users of Redis for each role (docs/OPERATING.md): what they may do is enough for the processes, and not more."""

from __future__ import annotations

import contextlib
import re
from pathlib import Path

import clusters
import httpx
import pytest
import redis
import rig
from own_processes import environment, running

from service.local.sandbox.options import Options
from service.local.sandbox.server import build_server
from service.store import keys

OPERATING = Path(__file__).parents[2] / "docs" / "OPERATING.md"
ROLES = ("api", "worker", "clock")
BODY = {"groups": [{"telephone_numbers": ["2015551234"], "sms": "on"}]}


def rules(account):
    """The lines of the document, for one account and a password of the test, by server: orders and queue."""
    blocks = re.findall(r"```acl\n(.*?)```", OPERATING.read_text("utf-8"), re.DOTALL)
    lines = [[line for line in block.splitlines() if line.startswith("ACL")] for block in blocks]
    return [[line.replace("ACCOUNT", account).replace("PASSWORD", "pass") for line in each] for each in lines]


def may(port, user, *command):
    with contextlib.closing(redis.Redis(port=port, username=user, password="pass")) as client:
        try:
            client.execute_command(*command)
        except redis.exceptions.NoPermissionError:
            return False
    return True


def denied(port):
    with contextlib.closing(redis.Redis(port=port, decode_responses=True)) as client:
        return [(each["username"], each["context"], each["object"]) for each in client.acl_log()]


@pytest.fixture
def cluster():
    with clusters.running() as made:
        yield made


@pytest.fixture
def queue():
    with rig.valkey() as server:
        yield server


def test_the_users_of_the_document_may_do_what_processes_do_and_no_more(cluster, queue, tmp_path):
    account = cluster.account(1)
    orders, bells = rules(account)
    for each in (*cluster.primaries, *cluster.replicas):
        assert [each.ask(*line.split()) for line in orders]
    with contextlib.closing(redis.Redis(port=queue.port)) as client:
        assert [client.execute_command(*line.split()) for line in bells]
    with contextlib.ExitStack() as stack:
        sandbox = rig.served(build_server(Options(accounts=frozenset({account}), pace=0.05)))
        sandbox_url, port = stack.enter_context(sandbox), rig.free_port()

        def start(role, *arguments):
            settings = environment(
                cluster.url.replace("//", f"//{role}:pass@"),
                tmp_path,
                TRACKER_QUEUE_REDIS_URL=queue.url.replace("//", f"//{role}:pass@"),
                TRACKER_REPLICAS_TO_WAIT="1",
                TRACKER_ACCOUNTS=account,
                TRACKER_BANDWIDTH_URL=f"{sandbox_url}/api/v1",
                TRACKER_LOOK_FACTOR="0.05",
            )
            stack.enter_context(running(settings, tmp_path, *arguments))

        start("api", "api", "--port", str(port))
        start("clock", "clock")
        start("worker", "workers")
        headers = {"Authorization": f"Bearer {rig.TOKEN}"}
        api = stack.enter_context(
            httpx.Client(base_url=f"http://127.0.0.1:{port}", headers=headers, trust_env=False, timeout=20)
        )
        path = f"/v1/accounts/{account}/orders"
        made = rig.until_sync(lambda: _accepted(api, path), 20)
        rig.until_sync(lambda: api.get(f"{path}/{made['id']}").json()["state"] == "complete", 20)
    for each in (*(node.port for node in cluster.primaries), queue.port):
        assert denied(each) == []
    for each in cluster.primaries:
        assert not any(may(each.port, role, "FLUSHALL") for role in ROLES)
        assert not any(may(each.port, role, "CONFIG", "SET", "appendfsync", "no") for role in ROLES)
        assert not any(may(each.port, role, "KEYS", "*") for role in ROLES)
    assert not any(may(each.port, role, "GET", keys.clients_version()) for role in ("worker", "clock"))


def _accepted(api, path):
    with contextlib.suppress(httpx.TransportError):
        answer = api.post(f"{path}/tn-options", json=BODY)
        return answer.status_code == 202 and answer.json()
    return None
