"""What an order's state means for whoever waits: is there more to come, and with which exit code does it end."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from service.terminal.exit_code import ExitCode

if TYPE_CHECKING:
    from service.client import Order


def stands(order: Order) -> bool:
    """Tell whether nothing more comes by itself: it has ended, or needs a person."""
    return order.is_terminal or order.needs_attention


def code_of(states: Iterable[str]) -> ExitCode:
    """Return the exit code for orders that stand in these states; one that needs a person outweighs a failed one."""
    found = set(states)
    if "needs_attention" in found:
        return ExitCode.ATTENTION
    return ExitCode.WRONG if found & {"partial", "failed", "rejected", "cancelled"} else ExitCode.OK
