"""Telephone numbers outside of any account (/tns): what Bandwidth knows of one, for a client that has it."""

from __future__ import annotations

from service.front.numbers import details
from service.front.operation import Operation


def operations() -> list[Operation]:
    """Return what may be called about numbers."""
    return details.operations()
