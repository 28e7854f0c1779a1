"""The picture of an order's life: a lane for each state, and lanes of marks for callbacks, checks and people.

Everything is placed in percent of the width and in pixels of the height, so text stays as large as it is on any screen.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from service.dashboard import showing
from service.dashboard.order.periods import Period, periods
from service.dashboard.order.scale import Scale, Shortened
from service.lifecycle import TERMINAL, State

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from service.dashboard.order.steps import Step
    from service.order import Order

#: pixels: of a lane, and above the first one for the labels of shortened waits
_LANE: Final = 34
_LABELS: Final = 20
#: percent: the narrowest bar that is seen, the middle of the picture, and the narrowest wait that is labelled
_NARROWEST: Final = 0.7
_MIDDLE: Final = 50.0
_LABELLED: Final = 9.0
#: marks, by who told the steps: their lane's name
_MARKS: Final = {"callback": "callbacks", "check": "checks", "find": "searches", "operator": "people"}


@dataclass(frozen=True, slots=True)
class Bar:
    """A period as it is drawn."""

    x: float
    width: float
    title: str


@dataclass(frozen=True, slots=True)
class Mark:
    """A step as it is drawn; an idle one changed nothing."""

    x: float
    title: str
    is_idle: bool


@dataclass(frozen=True, slots=True)
class Lane:
    """A lane: its label, beside its first bar or mark, and what is in it; `y` in pixels."""

    y: int
    label: str
    took: str
    tone: str
    bars: tuple[Bar, ...] = ()
    marks: tuple[Mark, ...] = ()

    @property
    def begins(self) -> float:
        """Where its first bar begins."""
        return self.bars[0].x if self.bars else 0.0

    @property
    def ends(self) -> float:
        """Where its last bar ends."""
        return min(100.0, self.bars[-1].x + self.bars[-1].width) if self.bars else 0.0

    @property
    def is_right(self) -> bool:
        """Whether its label has more room to the left of its end."""
        return self.begins > _MIDDLE


@dataclass(frozen=True, slots=True)
class Picture:
    """What is drawn, and the same in words."""

    height: int
    lanes: tuple[Lane, ...]
    waits: tuple[Shortened, ...]
    said: str

    @property
    def labelled(self) -> tuple[Shortened, ...]:
        """The shortened waits that have room for a label."""
        return tuple(each for each in self.waits if each.width >= _LABELLED)


def picture(order: Order, steps: Sequence[Step], now: int) -> Picture:
    """Draw an order's life; an open one goes on until `now`."""
    lived = periods(order, steps, now)
    # Bandwidth's own history has Bandwidth's clock, and says what callbacks and checks say
    marked = [step for step in steps if step.source in _MARKS]
    moments = [at for each in lived for at in (each.begins, each.ends)] + [step.at for step in marked]
    scale = Scale(moments)
    lanes = [*_states(lived, scale), *_marks(marked, scale)]
    waits = tuple(scale.shortened())
    top = _LABELS if waits else 0
    placed = tuple(replace(lane, y=top + _LANE * at) for at, lane in enumerate(lanes))
    return Picture(top + _LANE * len(placed), placed, waits, _said(lived, lanes, waits))


def _states(lived: Sequence[Period], scale: Scale) -> Iterable[Lane]:
    for state in dict.fromkeys(each.state for each in lived):
        some = [each for each in lived if each.state == state]
        look = showing.look(state)
        took = _took(some)
        bars = tuple(_bar(each, scale) for each in some)
        yield Lane(0, look.text, took, look.tone, bars)


def _took(some: Sequence[Period]) -> str:
    if some[0].state in TERMINAL:
        return ""
    times = f", {len(some)} times" if len(some) > 1 else ""
    return showing.duration(sum(each.ends - each.begins for each in some)) + times


def _bar(period: Period, scale: Scale) -> Bar:
    x = scale.place(period.begins)
    width = max(scale.place(period.ends) - x, _NARROWEST)
    x = min(x, 100.0 - width)
    took = "" if period.state in TERMINAL else f" for {showing.duration(period.ends - period.begins)}"
    return Bar(x, width, f"{showing.look(period.state).text}{took}, from {showing.utc(period.begins)}")


def _marks(marked: Sequence[Step], scale: Scale) -> Iterable[Lane]:
    for source, name in _MARKS.items():
        some = [step for step in marked if step.source == source]
        if some:
            marks = tuple(Mark(scale.place(step.at), _titled(step), bool(step.idle)) for step in some)
            yield Lane(0, name, str(len(some)), "busy", marks=marks)


def _titled(step: Step) -> str:
    told = " ".join(each for each in (step.event, step.status) if each)
    idle = f" ({step.idle})" if step.idle else ""
    return f"{told}{idle}, {showing.utc(step.at)}"


def _said(lived: Sequence[Period], lanes: Sequence[Lane], waits: Sequence[Shortened]) -> str:
    lasted = "; then ".join(_lasted(each) for each in lived)
    marks = [f"{lane.label}: {lane.took}" for lane in lanes if lane.marks]
    shortened = [f"waits drawn shorter than they were: {len(waits)}"] if waits else []
    return f"{'. '.join([lasted, *marks, *shortened])}."


def _lasted(period: Period) -> str:
    state = showing.look(State(period.state)).text
    return state if period.state in TERMINAL else f"{state} for {showing.duration(period.ends - period.begins)}"
