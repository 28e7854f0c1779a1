"""What Bandwidth's picture of an order means for our order: its state, and what became of every number.

The rules: only a check ends an order; a FAILED that names no number fails all of them, a COMPLETE with errors
per number is partial, and a PARTIAL that names none of our numbers is for a person.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import islice
from typing import Final

from service import lifecycle
from service.carrier_errors import CarrierError
from service.lifecycle import State
from service.order import Attention, Order, Outcome, Outcomes, Remark
from service.order_resource.dialect import Dialect

_SHOWN: Final = 10
#: different errors, or warnings, that an order tells; what became of a number stands there
MOST_REMARKS: Final = 100
_MORE: Final = "Bandwidth told {} more: see what became of each number, and the order's documents."
_UNNAMED = CarrierError(None, "Bandwidth calls the order FAILED and says no more about this number.")

OUTCOME_UNKNOWN: Final = Attention(
    "outcome_unknown",
    "Bandwidth says PARTIAL and names none of the order's numbers: look up in its dashboard which of them failed. "
    "Retry the order to have it checked again.",
)


@dataclass(frozen=True, slots=True)
class Findings:
    """What one answer says of an order, ready to be reported; `state` None leaves it where it is."""

    state: State | None
    outcomes: Outcomes
    errors: tuple[Remark, ...]
    warnings: tuple[Remark, ...]
    attention: Attention | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """The errors and warnings that came with an answer, seen from our order."""

    order: Order
    errors: tuple[CarrierError, ...]
    warnings: tuple[CarrierError, ...]
    dialect: Dialect

    def of_status(self, status: str) -> Findings:
        """Return what Bandwidth's word for the order's status means."""
        match status.upper():
            case "COMPLETE":
                return self._ended(Outcome("complete"))
            case "PARTIAL" if not self._failed():
                return self._found(State.NEEDS_ATTENTION, self._outcomes(Outcome()), OUTCOME_UNKNOWN)
            case "PARTIAL":
                return self._ended(Outcome("complete"))
            case "FAILED":
                return self._found(State.FAILED, self._outcomes(self._failure(self._general())))
            case "CANCELLED":
                return self._found(State.CANCELLED, self._outcomes(Outcome("cancelled")))
        return self.so_far(_open_state(status))

    def so_far(self, state: State | None) -> Findings:
        """Return an order that has not ended: numbers that Bandwidth refused already have failed."""
        return self._found(state, self._outcomes(Outcome()))

    def refusal(self) -> Findings:
        """Return an order that Bandwidth did not take: every number failed, with its own error where it has one."""
        return self._found(State.REJECTED, self._outcomes(self._failure(self._general())))

    def in_process(self) -> bool:
        """Tell whether another order has in process every number that Bandwidth does not refuse for other reasons."""
        busy = [each for each in self.errors if each.code in self.dialect.in_process]
        named = {number for each in self.errors for number in each.telephone_numbers}
        return any(not each.telephone_numbers for each in busy) or (
            bool(busy) and named.issuperset(self.order.telephone_numbers)
        )

    def _ended(self, default: Outcome) -> Findings:
        outcomes = self._outcomes(default)
        failed, total = outcomes.count("failed", self.order.total), self.order.total
        state = State.COMPLETE if not failed else State.FAILED if failed == total else State.PARTIAL
        return self._found(state, outcomes)

    def _found(self, state: State | None, outcomes: Outcomes, attention: Attention | None = None) -> Findings:
        return Findings(state, outcomes, grouped(self.errors), grouped(self.warnings), attention)

    def _outcomes(self, default: Outcome) -> Outcomes:
        differing = {number: self._failure(error) for number, error in self._failed().items()}
        for number, warning in self._named(self.warnings):
            before = differing.get(number, default)
            differing[number] = replace(before, warning=before.warning or warning.description)
        return Outcomes(default, differing)

    def _failed(self) -> dict[str, CarrierError]:
        # the first error of a number stands for it; all of them stay in the order's errors
        failed: dict[str, CarrierError] = {}
        for number, error in self._named(self.errors):
            failed.setdefault(number, error)
        return failed

    def _named(self, remarks: Iterable[CarrierError]) -> Iterator[tuple[str, CarrierError]]:
        ours = frozenset(self.order.telephone_numbers)
        return ((number, each) for each in remarks for number in each.telephone_numbers if number in ours)

    def _general(self) -> CarrierError:
        return next((each for each in self.errors if not each.telephone_numbers), _UNNAMED)

    def _failure(self, error: CarrierError) -> Outcome:
        return Outcome("failed", error.code, error.description, retryable=error.code in self.dialect.retryable)


def _open_state(status: str) -> State | None:
    if lifecycle.is_received(status):
        return State.RECEIVED
    return State.PROCESSING if lifecycle.is_processing(status) else None


def grouped(remarks: Iterable[CarrierError]) -> tuple[Remark, ...]:
    """Gather what says the same of many numbers: the first ten of them and their count. The rest is counted only."""
    numbers: dict[tuple[str | None, str], dict[str, None]] = {}
    for each in remarks:
        numbers.setdefault((each.code, each.description), {}).update(dict.fromkeys(each.telephone_numbers))
    told = [
        Remark(description, code, tuple(islice(named, _SHOWN)), len(named))
        for (code, description), named in islice(numbers.items(), MOST_REMARKS)
    ]
    left = len(numbers) - len(told)
    return (*told, Remark(_MORE.format(left))) if left else tuple(told)
