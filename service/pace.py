"""The pace of an account: how many exchanges with Bandwidth it may make."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Pace:
    """One exchange each `interval_ms`, and `burst` at once after a rest."""

    interval_ms: float
    burst: int

    @classmethod
    def of(cls, rate: float, burst: int) -> Pace:
        """Return the pace of so many exchanges a second."""
        return cls(1000 / rate, burst)

    @property
    def arguments(self) -> tuple[str, int]:
        """How scripts are told."""
        return repr(self.interval_ms), self.burst
