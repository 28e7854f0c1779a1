"""The header Idempotency-Key as operations declare it; what it means stands in `service.doorway.idempotency`."""

from __future__ import annotations

from typing import Final

from service.api.operation import Parameter
from service.doorway.idempotency import FORM, REPLAYED, key

__all__ = ["REPLAYED", "key", "parameter"]

_SCHEMA: Final = {"type": "string", "pattern": f"^{FORM.pattern}$"}


def parameter(does: str, *, required: bool = False) -> Parameter:
    """Return the header as an operation declares it."""
    return Parameter("Idempotency-Key", does, _SCHEMA, place="header", required=required)
