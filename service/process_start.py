"""What every process does first: it reads its settings, and sets up its log, and its spans where they are asked for."""

from __future__ import annotations

from service import logs, settings
from service.tracing import collecting


def start(process: str) -> settings.Settings:
    """Return the settings of a process, named as its log lines and spans name it; raises Misconfigured."""
    read = settings.load()
    logs.configure(process)
    collecting.start(process)
    return read
