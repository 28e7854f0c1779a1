"""A pytest plugin for tests of services that use the tracker: a whole tracker on this machine, with the sandbox.

The fixture `order_tracker` is a `LocalTracker`. One is started for a session, at its first use, and takes some seconds;
tests share its orders, so each takes numbers of its own from `order_tracker.number()`. Faults last for one test. Needs
`pip install 'bandwidth-order-tracker[local]'`.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from service.client.testing.local_tracker import LocalTracker, NotStarted, start
from service.client.testing.magic import Magic
from service.client.testing.sandbox import Sandbox

__all__ = ["LocalTracker", "Magic", "Sandbox", "order_tracker", "order_tracker_session"]


@pytest.fixture(scope="session")
def order_tracker_session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalTracker]:
    """Return the session's tracker; `order_tracker` is what tests take."""
    try:
        running = start(tmp_path_factory.mktemp("order-tracker"))
    except NotStarted as failure:
        pytest.fail(str(failure), pytrace=False)
    with running:
        yield running


@pytest.fixture
def order_tracker(order_tracker_session: LocalTracker) -> Iterator[LocalTracker]:
    """Return a tracker on this machine, whose sandbox has no faults when a test begins."""
    yield order_tracker_session
    order_tracker_session.sandbox.set_faults()
