"""The errors that a telephone number gets at once: they stand in the 201, and do not refuse the other numbers."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from service.local.sandbox.refusals import RefusedError
from service.local.sandbox.verdict import OrderError, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from service.local.sandbox.resources.attempt import Attempt

_TOLL_FREE = re.compile(r"8(00|22|33|44|55|66|77|88)[0-9]{7}")


@dataclass(frozen=True)
class Wording:
    """A code with its text, in which {} stands for an order's id."""

    code: int
    text: str

    def about(self, number: str, order_id: str = "") -> OrderError:
        """Write the error of a number."""
        return OrderError(self.code, self.text.format(order_id), (number,))


def errors_at_once(numbers: Sequence[str], attempt: Attempt, toll_free: Wording, busy: Wording) -> Iterator[OrderError]:
    """Yield one error for each number that is toll-free, or in process in another open order of the kind."""
    for number in numbers:
        if _TOLL_FREE.fullmatch(number):
            yield toll_free.about(number)
        elif (holder := attempt.holder(number)) is not None:
            yield busy.about(number, holder.order_id)


def check_any_left(numbers: Sequence[str], verdict: Verdict, code: int, description: str) -> None:
    """Refuse an order none of whose numbers is left, with one error per number."""
    if verdict.refused_numbers.issuperset(numbers):
        raise RefusedError(code, description, errors=verdict.errors_at_once)
