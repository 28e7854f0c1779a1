"""Locations (SIP peers) and the options of their numbers: read as Bandwidth shows them, changed by orders of ours."""

from __future__ import annotations

from service.front.operation import Operation
from service.front.places import locations, numbers


def operations() -> list[Operation]:
    """Return what may be called about locations and the numbers below them."""
    return [*locations.operations(), *numbers.operations()]
