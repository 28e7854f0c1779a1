"""What becomes of an order: decided when it arrives, seen as time goes by."""

from __future__ import annotations

from dataclasses import dataclass

from service.local.sandbox.statuses import Status


@dataclass(frozen=True)
class OrderError:
    """One `Error` of an order; the published texts vary, the code is what counts."""

    code: int
    description: str
    telephone_numbers: tuple[str, ...] = ()
    #: Printed as `TelephoneNumbers>TelephoneNumber*`, which the schema allows beside one `Error` per number.
    grouped: bool = False


@dataclass(frozen=True)
class OrderWarning:
    """One `Warning` of an order: the number was left as it was, and the order did not fail for it."""

    telephone_number: str
    description: str


@dataclass(frozen=True)
class Verdict:
    """How an order goes on and ends."""

    end: Status
    errors: tuple[OrderError, ...] = ()
    warnings: tuple[OrderWarning, ...] = ()
    #: Errors that stand in the 201 already.
    errors_at_once: tuple[OrderError, ...] = ()
    #: The order stays RECEIVED until it is changed by PUT; its time runs from then on.
    awaits_change: bool = False
    #: The order never leaves this state.
    halt: Status | None = None
    #: A status word that no document knows, shown between PROCESSING and the end.
    detour: str | None = None
    #: How many times the usual pace it takes.
    stretch: float = 1.0

    @property
    def refused_numbers(self) -> frozenset[str]:
        """Return the numbers that the 201 already gives an error: the order does nothing for them."""
        return frozenset(number for error in self.errors_at_once for number in error.telephone_numbers)
