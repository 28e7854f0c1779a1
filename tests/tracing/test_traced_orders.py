"""One order is one trace: in the log always, and at a collector where one is asked for."""

from __future__ import annotations

import json
import re
import subprocess
import sys

import pytest
import rig
import span_collector
from event_steps import bring, listen, listening
from own_processes import environment, lists_orders, running

from service.hearing import hear
from service.identifiers import new_id
from service.report import CallbackNews
from service.store.reporting import Heard
from service.tracing import collecting
from service.tracing.spans import COLLECTOR
from workers.bulk import accept_due

ID, SPAN = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
TRACEPARENT = f"00-{ID}-{SPAN}-01"
NUMBER = "2015551234"


def told(lines, *events):
    return [each for each in map(json.loads, lines.getvalue().splitlines()) if each["event"] in events]


@pytest.fixture
async def world(valkey):
    async with listening(valkey) as made:
        yield made


async def test_every_line_about_an_order_has_the_trace_of_the_request_that_submitted_it(world, lines, receiver):
    await world.subscribe()
    await listen(world, receiver)
    order = await world.submit(headers={"traceparent": TRACEPARENT})
    ended = await world.ended(order["id"])
    await bring(world)

    assert (order["trace_id"], ended["trace_id"]) == (ID, ID)
    units = {"order.accepted", "order.reported", "callback.heard", "event.delivered"}
    # one that came before our own answer was nobody's yet
    about = [each for each in told(lines, *units) if each["order"]]
    assert {each["event"] for each in about} == units
    assert {each["trace"] for each in about} == {ID}
    assert {(each["account"], each["order"]) for each in about} == {(world.account, order["id"])}
    assert {each.traceparent.split("-")[1] for each in receiver.of(order["id"])} == {ID}


async def test_an_order_submitted_without_a_trace_has_one_of_its_own(world, lines):
    first, second = await world.submit(), await world.submit([{"telephone_numbers": ["2015551235"], "sms": "on"}])
    assert re.fullmatch("[0-9a-f]{32}", first["trace_id"])
    assert first["trace_id"] != second["trace_id"]
    assert [each["trace"] for each in told(lines, "order.accepted")] == [first["trace_id"], second["trace_id"]]


async def test_the_orders_of_a_batch_are_in_the_trace_of_its_request(world, lines):
    rows = b'{"telephone_number": "2015551234", "sms": "on"}\n{"telephone_number": "2015551235", "sms": "off"}\n'
    headers = {"traceparent": TRACEPARENT, "Content-Type": "application/x-ndjson", "Idempotency-Key": "one"}
    answer = await world.api.post(f"{world.orders}/tn-options/bulk", content=rows, headers=headers)
    assert answer.status_code == 202, answer.text
    await accept_due(world.desk, world.account)

    orders = (await world.api.get(world.orders, params={"batch_id": answer.json()["id"]})).json()["orders"]
    assert {each["trace_id"] for each in orders} == {ID}
    about = told(lines, "batch.accepted", "batch.advanced")
    assert [(each["event"], each["trace"]) for each in about] == [("batch.accepted", ID), ("batch.advanced", ID)]


async def test_a_callback_is_told_under_the_trace_of_its_order_also_when_it_had_waited_in_the_spool(lines):
    heard = [Heard("new", new_id(), None, TRACEPARENT), Heard("orphan", None, None)]

    async def commit(_news, *, spooled):
        return heard.pop(0)

    news = CallbackNews("9900000", "key", "theirs", None, "tnoptions", "COMPLETE", *[None] * 4)
    for _ in range(2):
        await hear(commit, news, spooled=True)
    known, unknown = told(lines, "callback.heard")
    assert (known["trace"], known["spooled"], known["outcome"]) == (ID, True, "new")
    assert (unknown["order"], unknown["trace"] != ID, len(unknown["trace"])) == (None, True, 32)


async def test_an_order_of_an_older_version_is_traced_by_its_id(world):
    order = await world.submit(headers={"traceparent": TRACEPARENT})
    await world.desk.store.client.hdel(f"{{{world.account}}}:order:{order['id']}", "traceparent")
    assert (await world.order(order["id"]))["trace_id"] == order["id"].replace("-", "")


@pytest.mark.parametrize("given", [[b"x"], [b"0" * 60_000], [b"\xff\xfe"], [TRACEPARENT.encode()] * 3, [b""]])
async def test_odd_traceparents_are_passed_over(world, given):
    body = {"groups": [{"telephone_numbers": [NUMBER], "sms": "on"}]}
    headers = [(b"traceparent", each) for each in given]
    answer = await world.api.post(f"{world.orders}/tn-options", json=body, headers=headers)
    assert answer.status_code == 202, answer.text
    assert answer.json()["trace_id"] != ID


@pytest.fixture
def collector(monkeypatch):
    with span_collector.collecting() as server:
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", server.url)
        monkeypatch.setattr(COLLECTOR, "recorder", None)
        collecting.start("tests")
        recorder = COLLECTOR.recorder
        try:
            yield server
        finally:
            recorder.close()


def flushed(collector):
    """Bring what is left, and return all spans by id."""
    COLLECTOR.recorder.close()
    return {each.span_id: each for each in collector.spans}


async def test_one_order_from_end_to_end_is_one_trace_at_the_collector(collector, world):
    await world.subscribe()
    order = await world.submit(headers={"traceparent": TRACEPARENT})
    await world.ended(order["id"])

    spans = flushed(collector)
    ours = {key: each for key, each in spans.items() if each.trace_id.hex() == ID}
    names = {each.name for each in ours.values()}
    assert {
        "POST /v1/accounts/{account_id}/orders/{kind}",
        "submit tn-options",
        "check tn-options",
        "POST /accounts/{account}/tnoptions",
        "GET /accounts/{account}/tnoptions/{id}",
        "callback",
    } <= names

    def above(name):
        return {ours[each.parent_span_id].name for each in ours.values() if each.name == name}

    (request,) = (each for each in ours.values() if each.name.startswith("POST /v1"))
    assert request.parent_span_id.hex() == SPAN
    assert above("submit tn-options") == above("check tn-options") == above("callback") == {request.name}
    assert above("POST /accounts/{account}/tnoptions") == {"submit tn-options"}
    assert above("GET /accounts/{account}/tnoptions/{id}") == {"check tn-options"}
    assert NUMBER not in str(spans)
    assert "Basic" not in str(spans)
    assert rig.SEGMENT not in str(spans)
    for each in spans.values():
        assert 0 < each.start_time_unix_nano <= each.end_time_unix_nano


async def test_a_request_without_a_trace_begins_the_one_that_its_order_tells(collector, world):
    order = await world.submit()
    refused = await world.api.post(f"{world.orders}/tn-options", json={})

    by_trace = {each.trace_id.hex(): each for each in flushed(collector).values()}
    root = by_trace[order["trace_id"]]
    assert (root.parent_span_id, root.status.code) == (b"", 0)
    said = {each.key: each.value.int_value for spans in by_trace.values() for each in spans.attributes if spans != root}
    assert said["http.response.status_code"] == refused.status_code == 422


def test_an_api_that_is_asked_to_end_brings_the_spans_that_it_has_left(valkey, tmp_path):
    with span_collector.collecting() as taking:
        port = rig.free_port()
        told = environment(
            valkey.url, tmp_path, OTEL_EXPORTER_OTLP_ENDPOINT=taking.url, OTEL_BSP_SCHEDULE_DELAY="3600000"
        )
        with running(told, tmp_path, "api", "--port", str(port)) as process:
            rig.until_sync(lambda: lists_orders(port, told), seconds=30.0)
            assert taking.spans == []
            process.terminate()
            process.wait()
        assert "GET /v1/accounts/{account_id}/orders" in {each.name for each in taking.spans}


async def test_what_the_caller_does_not_want_kept_is_not_brought(collector, world):
    order = await world.submit(headers={"traceparent": TRACEPARENT.removesuffix("1") + "0"})
    await world.ended(order["id"])
    assert (await world.order(order["id"]))["trace_id"] == ID
    assert ID not in {each.trace_id.hex() for each in flushed(collector).values()}


QUIET = """
import sys
from service.tracing import collecting
collecting.start("test", {})
collecting.start("test", {"OTEL_TRACES_EXPORTER": "none", "OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:9"})
collecting.start("test", {"OTEL_SDK_DISABLED": "true", "OTEL_TRACES_EXPORTER": "otlp"})
print([name for name in sys.modules if name.startswith("opentelemetry")])
"""


def test_nothing_is_imported_that_nobody_asked_for():
    done = subprocess.run([sys.executable, "-c", QUIET], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


@pytest.mark.parametrize(
    ("environment", "said"),
    [
        ({"OTEL_TRACES_EXPORTER": "console"}, "not by console"),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://c:4317", "OTEL_EXPORTER_OTLP_PROTOCOL": "grpc"}, "not by grpc"),
    ],
)
def test_a_way_that_we_do_not_speak_is_told_and_nothing_is_collected(lines, environment, said):
    collecting.start("test", environment)
    (line,) = told(lines, "tracing.off")
    assert said in line["why"]
    assert line["do"]
    assert COLLECTOR.recorder is None


def test_without_the_extra_it_is_told_what_to_install(lines, monkeypatch):
    monkeypatch.setattr(collecting, "_NEEDED", ("opentelemetry.not_installed.at_all",))
    collecting.start("test", {"OTEL_TRACES_EXPORTER": "otlp"})
    (line,) = told(lines, "tracing.off")
    assert "bandwidth-order-tracker[otel]" in line["do"]
    assert COLLECTOR.recorder is None


def test_a_collector_that_is_away_holds_up_no_end_of_a_process(monkeypatch):
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", f"http://127.0.0.1:{rig.free_port()}")
    code = (
        "import time\nfrom service.tracing import collecting\nfrom service.tracing.spans import span\n"
        "collecting.start('test')\n"
        "with span('work', 'internal'): pass\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=10, check=False)
    assert done.returncode == 0
