"""With the times of a real deployment: how long an order waits whose worker has died."""

from __future__ import annotations

import time

import httpx
import pytest
from fault_run import FaultRun
from fault_steps import at_bandwidth, ended, state_of, submit, until

#: what `settings.py` says where nothing is set
DEFAULTS = {
    "TRACKER_LEASE_SECONDS": "30",
    "TRACKER_EXCHANGE_SECONDS": "20",
    "TRACKER_CLOCK_SECONDS": "1",
}
PICKED_UP_SECONDS = 35


@pytest.fixture
def run():
    started = FaultRun(workers=1, **DEFAULTS)
    try:
        started.start()
        yield started
    finally:
        started.end(keep=False)


def test_an_order_whose_worker_died_is_picked_up_in_under_35_seconds(run, tmp_path):
    headers = {"Authorization": f"Bearer {run.credentials.api_token}"}
    mark = tmp_path / "crashed"
    run.patch("worker-submit", CRASH_AT="an order is claimed", CRASH_MARK=str(mark))
    with (
        httpx.Client(base_url=run.api, headers=headers, timeout=5, trust_env=False) as api,
        httpx.Client(base_url=run.sandbox, timeout=5, trust_env=False) as sandbox,
    ):
        order_id = submit(run, api)
        until(run, mark.exists)
        assert state_of(api, order_id) == "submitting"

        until(run, lambda: state_of(api, order_id) != "submitting", seconds=60)
        waited = time.time() - mark.stat().st_mtime

        assert waited < PICKED_UP_SECONDS
        assert ended(run, api, order_id) == "complete"
        assert len(at_bandwidth(sandbox, order_id)) == 1
