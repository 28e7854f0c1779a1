"""The orders of a walk: every kind's own example, over a pool of numbers small enough that lines form."""

from __future__ import annotations

import copy
import itertools
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from service.kinds import shelf

if TYPE_CHECKING:
    import random

POOL: Final = [f"20177{number:05d}" for number in range(70_000, 70_030)]
#: an order of this number stays RECEIVED at the sandbox until it is changed by PUT
AWAITS_CHANGE: Final = "2015550125"
AMENDABLE: Final = "dlda"
#: how often each kind is ordered, beside 3 for all others; a location has one line only
_WEIGHTS: Final = {"tn-options": 5, "location-failover": 1}
#: part of the orders whose numbers nobody else has: they wait in no line
_FRESH: Final = 0.4
#: fields whose text may be any
_TEXTS: Final = ("house_number", "last_name", "subscriber_information")
_FORWARDS: Final = [f"60426{number:05d}" for number in range(61_720, 61_760)]


@dataclass
class Placed:
    """An order as its client knows it; times are monotonic seconds."""

    kind: str
    body: dict[str, Any]
    key: str | None
    sent_at: float
    #: the id of its 202: from then on it must never be lost
    id: str | None = None
    acked_at: float | None = None
    amends: str | None = None
    #: ids that a repetition with the same Idempotency-Key brought besides
    others: set[str] = field(default_factory=set)
    #: `asked` without an answer, or `done`
    cancel: str = ""
    #: how the API refused it, which it never should
    refusal: str = ""
    #: its CustomerOrderId, when it was written in Bandwidth's XML: Bandwidth knows it by that, not by our id
    reference: str | None = None


class Orders:
    """Makes bodies from the shelf, by seeded dice; remembers what no log may show."""

    def __init__(self, dice: random.Random):
        self._dice = dice
        self._fresh = itertools.count()
        self.numbers: set[str] = {AWAITS_CHANGE}
        self.passcodes: set[str] = set()

    def kind(self) -> str:
        names = sorted(shelf())
        return self._dice.choices(names, [_WEIGHTS.get(each, 3) for each in names])[0]

    def body(self, kind: str, number: str | None = None) -> dict[str, Any]:
        body = copy.deepcopy(dict(shelf()[kind].example or {}))
        body.pop("customer_order_id", None)
        return self._varied(body, [number] if number else self._numbers())

    def _varied(self, value: Any, numbers: list[str]) -> Any:
        if isinstance(value, list):
            return [self._varied(each, numbers) for each in value]
        if not isinstance(value, dict):
            return value
        return {name: self._field(name, part, numbers) for name, part in value.items()}

    def _field(self, name, value, numbers):
        made = {
            "telephone_numbers": lambda: self._seen(numbers),
            "telephone_number": lambda: self._seen(numbers)[0],
            "call_forward": lambda: self._seen([self._dice.choice(_FORWARDS)])[0],
            "port_out_passcode": self._passcode,
            "final_destination_uri": lambda: f"sip:failover@203.0.113.{self._dice.randrange(1, 250)}:5060",
            **dict.fromkeys(_TEXTS, lambda: f"{value}{self._dice.randrange(1, 999)}"),
        }
        return made[name]() if name in made else self._varied(value, numbers)

    def _passcode(self):
        self.passcodes.add(made := f"q{self._dice.randrange(16**8):08x}")
        return made

    def _seen(self, numbers):
        self.numbers |= set(numbers)
        return numbers

    def _numbers(self):
        if self._dice.random() < _FRESH:
            return [f"20188{next(self._fresh):05d}"]
        return self._dice.sample(POOL, self._dice.choice([1, 1, 2, 3]))
