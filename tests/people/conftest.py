from __future__ import annotations

import pytest
import stand_in
from stand_in import VARIABLES
from typer.testing import CliRunner

from service import cli
from service.client.testing import local_tracker


@pytest.fixture(autouse=True)
def _nowhere(monkeypatch, tmp_path):
    """No tracker of the machine's own is found."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TZ", "UTC")
    for each in VARIABLES:
        monkeypatch.delenv(each, raising=False)


@pytest.fixture(scope="session")
def tracker(tmp_path_factory):
    """A whole tracker on this machine, with workers, for all tests that only look at orders of their own."""
    with local_tracker.start(tmp_path_factory.mktemp("tracker")) as running:
        yield running


@pytest.fixture
def run():
    """Run a command as somebody who has set where the tracker is; `at`: what has url, token and account_id."""

    def run(at, *arguments, stdin=None):
        values = (at.url, at.token, at.account_id) if at else ("", "", "")
        environment = {**dict(zip(VARIABLES, values, strict=True)), "COLUMNS": "200"}
        return CliRunner().invoke(cli.app, list(arguments), input=stdin, env=environment)

    return run


@pytest.fixture
def fake():
    """An API that answers what a test tells it."""
    with stand_in.serving() as made:
        yield made
