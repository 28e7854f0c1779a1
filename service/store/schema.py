"""How records are written: each has the number of its schema from when it is made; one without was made before that.

The number is raised only when whoever knows the one before could not rightly work on such a record: a field more needs
no new one. A release reads all schemas up to its own, and writes a new one only if the release before reads it already.
So a process meets a later schema only where releases were skipped, or after a step back: it leaves such a record alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from service.errors import LaterRecord

if TYPE_CHECKING:
    from collections.abc import Mapping

#: in which this release writes
SCHEMA: Final = 1


def is_known(fields: Mapping[str, str]) -> bool:
    """Tell whether a record is of a schema that this release reads."""
    return int(fields.get("schema", 0)) <= SCHEMA


def require_known(fields: Mapping[str, str], what: str) -> None:
    """Raise LaterRecord for a record that only a later release reads; `what` names it."""
    if not is_known(fields):
        raise LaterRecord(
            f"{what} was written by a later version of the order tracker (schema {fields['schema']}, and this process "
            f"reads {SCHEMA}): install that version everywhere."
        )
