"""A model: a frozen value read from the tracker's JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """What every model has: the JSON it was read from, with whatever a newer tracker may have put there."""

    raw: Mapping[str, Any] = field(default_factory=dict, repr=False, compare=False)
