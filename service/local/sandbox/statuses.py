"""The states of an order (OpenAPI enum of ProcessingStatus)."""

from __future__ import annotations

from enum import StrEnum


class Status(StrEnum):
    """A state that Bandwidth documents; the magic numbers know one that it does not."""

    RECEIVED = "RECEIVED"
    PROCESSING = "PROCESSING"
    COMPLETE = "COMPLETE"
    PARTIAL = "PARTIAL"
    FAILED = "FAILED"
    #: Only of dldas (OpenAPI enum of DldaOrder).
    CANCELLED = "CANCELLED"

    @property
    def is_end(self) -> bool:
        """Whether nothing follows."""
        return self in {Status.COMPLETE, Status.PARTIAL, Status.FAILED, Status.CANCELLED}
