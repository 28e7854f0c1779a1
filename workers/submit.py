"""The RQ job that rings the step `submit`: dotted path `workers.submit.submit`."""

from __future__ import annotations

from workers.process import WorkerProcess


def submit(account_id: str, ids: list[str]) -> None:
    """Look at some orders of an account, and at whatever else is due."""
    WorkerProcess.current().round(account_id, ids)
