"""A sign: one thing that an engineer wants to know of the tracker, whether it is well, and what to do if not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

#: `look`: orders move, and somebody should know; `bad`: they do not, or nobody sees to them
Level: TypeAlias = Literal["well", "unknown", "look", "bad"]
_WORST_FIRST: Final[tuple[Level, ...]] = ("bad", "look", "unknown", "well")


@dataclass(frozen=True, slots=True)
class LevelLook:
    """How a level looks: never by its colour alone. `tone` is of `dashboard.css`; what is well has none."""

    icon: str
    tone: str
    said: str


LEVELS: Final[Mapping[Level, LevelLook]] = {
    "well": LevelLook("tick", "", ""),
    "unknown": LevelLook("question", "off", "not known"),
    "look": LevelLook("alarm", "mixed", "deserves a look"),
    "bad": LevelLook("cross", "bad", "wrong"),
}


@dataclass(frozen=True, slots=True)
class Sign:
    """One sign. What is not well says what that means, what to do, and which section of the runbook is about it."""

    name: str
    value: str
    level: Level = "well"
    means: str = ""
    do: str = ""
    #: the alert of the same thing, by whose name deploy/RUNBOOK.md has a section
    runbook: str = ""
    #: where it is shown in full
    href: str | None = None
    #: a time that belongs to the value, in ms since 1970
    at: int | None = None

    @property
    def look(self) -> LevelLook:
        """Return how it looks."""
        return LEVELS[self.level]


def troubles(signs: Iterable[Sign]) -> list[Sign]:
    """Return those that are not well, the worst first."""
    return sorted((each for each in signs if each.level != "well"), key=lambda each: _WORST_FIRST.index(each.level))
