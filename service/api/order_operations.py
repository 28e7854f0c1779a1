"""The operations about orders."""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.api import batches, bulk, decisions, order_lists, orders, submissions, summary

if TYPE_CHECKING:
    from service.api.operation import Operation


def operations() -> tuple[Operation, ...]:
    """Return what there is to do with orders, one or many."""
    return (
        *order_lists.operations(),
        *orders.operations(),
        *submissions.operations(),
        *bulk.operations(),
        *batches.operations(),
        *decisions.operations(),
        *summary.operations(),
    )
