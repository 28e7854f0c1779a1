"""Errors and warnings of an order, each with what it means and what to do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from service.carrier_catalogue import explained

if TYPE_CHECKING:
    from service.order import Order, Remark


@dataclass(frozen=True, slots=True)
class Told:
    """An error or a warning; `means` and `do` are empty where Bandwidth's own words are all that is known."""

    manner: Literal["error", "warning"]
    remark: Remark
    means: str
    do: str

    @property
    def more(self) -> int:
        """How many numbers it names that are not shown."""
        return self.remark.count - len(self.remark.telephone_numbers)


def remarks(order: Order) -> list[Told]:
    """Return what was told of an order: errors, then warnings."""
    return [_told("error", each) for each in order.errors] + [_told("warning", each) for each in order.warnings]


def _told(manner: Literal["error", "warning"], remark: Remark) -> Told:
    found = explained(remark.code)
    return Told(manner, remark, found.means if found else "", found.do if found else "")
