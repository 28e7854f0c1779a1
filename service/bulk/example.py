"""Examples of bodies of many rows, made of a kind's own example."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any

import orjson

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from service.kind import Kind


def ndjson(kind: Kind) -> str:
    """Return rows of a kind as NDJSON."""
    return "".join(orjson.dumps(each).decode() + "\n" for each in _rows(kind))


def csv_text(kind: Kind) -> str:
    """Return rows of a kind as CSV."""
    rows = [dict(_cells(each, "")) for each in _rows(kind)]
    written = io.StringIO()
    writer = csv.DictWriter(written, rows[0], lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    return written.getvalue()


def _rows(kind: Kind) -> Iterator[dict[str, Any]]:
    order = dict(kind.example or {})
    groups = order.pop("groups", None)
    if groups is None:
        yield order
    for group in groups or ():
        settings = {name: value for name, value in group.items() if name != "telephone_numbers"}
        for number in group["telephone_numbers"]:
            yield {"telephone_number": number, **order, **settings}


def _cells(fields: Mapping[str, Any], name: str) -> Iterator[tuple[str, str]]:
    for field, value in fields.items():
        if isinstance(value, dict):
            yield from _cells(value, f"{name}{field}.")
        else:
            yield name + field, str(value).lower() if isinstance(value, bool) else str(value)
