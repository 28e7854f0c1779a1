"""Real processes: the clock rings, a worker looks, and a subscription that somebody took away is back."""

from __future__ import annotations

import sys
from pathlib import Path

import httpx
import rig

sys.path.insert(0, str(Path(__file__).parents[1] / "local"))
import local_harness


def test_a_subscription_that_somebody_deleted_is_back_without_a_person(tmp_path):
    with local_harness.running(tmp_path / "data", "--no-sample", TRACKER_WATCH_SECONDS="0.5") as run:
        local_harness.ready(run)
        found = run.connection
        user = (found["sandbox_credentials"]["username"], found["sandbox_credentials"]["password"])
        theirs = f"{found['sandbox_url']}/api/v1/accounts/{found['account_id']}/subscriptions"
        with run.api() as api:
            before = api.get("/subscriptions").json()["subscriptions"]
            assert before
            for each in before:
                httpx.delete(f"{theirs}/{each['id']}", auth=user, trust_env=False).raise_for_status()

            def whole():
                now = api.get("/subscriptions").json()
                return not now["missing"] and now["subscriptions"]

            after = rig.until_sync(whole, 20)
        logged = "".join(path.read_text() for path in (run.directory / "log").iterdir())
    assert {each["order_type"] for each in after} == {each["order_type"] for each in before}
    assert {each["id"] for each in after} & {each["id"] for each in before} == set()
    assert '"subscription.healed"' in logged
    assert found["callback"]["url"].rpartition("/")[2] not in logged
