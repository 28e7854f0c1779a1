from __future__ import annotations

import json

import bench
import pytest
from orders_made import LIMIT, OURS, accept, callbacks, seed
from rig import SEGMENT
from stage import SMOKE, stage


@pytest.fixture(scope="module")
def on():
    with stage(SMOKE) as made:
        yield made


def test_every_row_is_measured_told_and_written(on, tmp_path, capsys):
    found = bench.run(bench.chosen([]), on, tmp_path / "bench.json")
    assert json.loads((tmp_path / "bench.json").read_text()) == found
    assert list(dict.fromkeys(each["row"] for each in found)) == [row.name for row in bench.chosen([])]
    assert all(set(each) == {"row", "goal", "value", "met"} for each in found)
    head, *lines = capsys.readouterr().out.splitlines()
    assert head.split() == ["row", "goal", "value", "seen"]
    assert len(lines) == len(found)
    assert all((" met " in line) != (" MISSED " in line) for line in lines)


def test_the_limit_writes_the_bytes_that_ours_writes(on):
    on.clear()
    ours = f"{{{OURS}}}:"
    # beyond a backlog no bell is rung: the limit rings none
    on.client.zadd(f"{ours}due:submit", {f"due-{each}": each for each in range(200)})
    accepts = [
        _written(on, on.ours, accept(f"/v1/accounts/{OURS}/orders/tn-options", 20), "202"),
        _written(on, on.limit, accept("/orders", 20), "202"),
    ]
    address = f"/callbacks/bandwidth/{OURS}/{SEGMENT}"
    heard = [
        _written(on, on.ours, callbacks(address, seed(on.client, ours, 9)), "200"),
        _written(on, on.limit, callbacks("/callback", seed(on.client, LIMIT, 9)), "200"),
    ]
    for by_us, by_the_limit in (accepts, heard):
        assert by_the_limit == pytest.approx(by_us, rel=0.1)


def _written(on, port, requests, status):
    """Bytes that the server's file grows by; a first request brings scripts and connections."""
    on.load(port, requests[:1], status=status)
    before = on.client.info("persistence")["aof_current_size"]
    on.load(port, requests[1:], status=status)
    return (on.client.info("persistence")["aof_current_size"] - before) / (len(requests) - 1)


def test_rows_are_chosen_by_the_beginnings_of_their_names():
    assert [each.name for each in bench.chosen(["callback", "accept, 1 "])] == [
        "accept, 1 number",
        "callback, new state",
    ]
    assert bench.chosen(["nothing"]) == []
