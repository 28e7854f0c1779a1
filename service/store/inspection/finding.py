"""A finding: one place where an account's keys and its orders' records differ, and what a repair makes of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias, cast

#: `left`: only a person can decide
Outcome: TypeAlias = Literal["mendable", "mended", "left"]


@dataclass(frozen=True, slots=True)
class BrokenLines:
    """Lines that must be linked anew, and the order that stands in them and must not."""

    family: str
    subjects: tuple[str, ...]
    strange_order: str | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong with a key, what a repair does, and what became of it."""

    account_id: str
    key: str
    wrong: str
    repair: str
    outcome: Outcome
    lines: BrokenLines | None = None

    @classmethod
    def read(cls, account_id: str, told: Sequence[str]) -> Finding:
        """Read a finding as the scripts tell it (`differ.lua`)."""
        key, wrong, repair, outcome, family, subjects, strange = told
        if outcome != "line":
            return cls(account_id, key, wrong, repair, cast("Outcome", outcome))
        lines = BrokenLines(family, tuple(dict.fromkeys(subjects.split())), strange or None)
        return cls(account_id, key, wrong, repair, "mendable", lines)

    def mended(self) -> Finding:
        """Return the finding once it is mended."""
        return replace(self, outcome="mended")

    def left(self, repair: str) -> Finding:
        """Return the finding as one for a person, who is told what to do."""
        return replace(self, outcome="left", repair=repair)
