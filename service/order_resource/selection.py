"""The list that lidbs and dldas have in common: ids with a date and a status, found by number and day.

It has no filter by reference, and ignores filters that it does not know (OpenAPI of /lidbs and /dldas).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

from service.order import Order
from service.order_resource.dialect import Query

ROOTS: Final = ("ResponseSelectWrapper", "ListOrderIdUserIdDate")
ELEMENT: Final = "ListOrderIdUserIdDate"
ENTRIES: Final = ("OrderIdUserIdDate",)


def query(order: Order, first_day: str) -> dict[str, str]:
    """Return the query for an order. Each search asks for another number: one that was refused may not find it."""
    return {"tn": order.telephone_numbers[order.searches % order.total], "lastModifiedAfter": first_day}


def survey_queries(days: Sequence[date]) -> tuple[Query, ...]:
    """Return the query for what was modified, then one for each day: the filters cannot be combined (15515)."""
    by_day = ({"modifiedDateFrom": str(day), "modifiedDateTo": str(day)} for day in days)
    return ({"lastModifiedAfter": str(days[0])}, *by_day)
