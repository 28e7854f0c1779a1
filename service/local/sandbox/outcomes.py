"""From telephone numbers to a verdict: the magic numbers and what the request proves against itself."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from service.local.sandbox.magic import MAGIC, UNKNOWN_STATUS_WORD, WARNING, Behaviour, MagicNumber
from service.local.sandbox.magic_words import words
from service.local.sandbox.refusals import ProxyPageError, RefusedError
from service.local.sandbox.statuses import Status
from service.local.sandbox.verdict import OrderError, OrderWarning, Verdict

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

#: A slow number's order takes this many times the pace.
_SLOW = 3.0


def judge(
    kind: str,
    telephone_numbers: Sequence[str],
    *,
    refused: Sequence[OrderError] = (),
    conflicts: Sequence[OrderError] = (),
) -> Verdict:
    """Decide an order; raises for a number that refuses it.

    `refused` are errors of numbers that the order does nothing for, told in the 201 already; `conflicts` are
    errors that the request itself causes, told at the end.
    """
    left_out = {number for error in refused for number in error.telephone_numbers}
    rows = list(_rows(kind, [number for number in telephone_numbers if number not in left_out]))
    _refuse(rows)
    at_once = (*refused, *(_error(row) for row in rows if row.behaviour == Behaviour.FAILS_AT_ONCE))
    errors = (*at_once, *conflicts, *_errors(rows))
    behaviours = {row.behaviour for row in rows}
    return Verdict(
        end=_end(behaviours, telephone_numbers, errors),
        errors=_told(behaviours, rows, errors),
        warnings=tuple(OrderWarning(row.telephone_number, WARNING) for row in rows if row.behaviour == Behaviour.WARNS),
        errors_at_once=at_once,
        awaits_change=Behaviour.AWAITS_CHANGE in behaviours,
        halt=_halt(behaviours),
        detour=UNKNOWN_STATUS_WORD if Behaviour.UNKNOWN_STATUS in behaviours else None,
        stretch=_SLOW if Behaviour.SLOW in behaviours else 1.0,
    )


def _rows(kind: str, telephone_numbers: Iterable[str]) -> Iterator[MagicNumber]:
    """Yield the rows that touch a kind, in its own words."""
    for number in telephone_numbers:
        row = MAGIC.get(number)
        if row is not None and row.only in {None, kind}:
            code, description = words(kind, row.code, row.description)
            yield replace(row, code=code, description=description)


def _refuse(rows: Iterable[MagicNumber]) -> None:
    for row in rows:
        if row.behaviour == Behaviour.REFUSED:
            raise RefusedError(row.code, row.description, row.http_status)
        if row.behaviour == Behaviour.PROXY_PAGE:
            raise ProxyPageError


def _error(row: MagicNumber) -> OrderError:
    return OrderError(row.code, row.description, (row.telephone_number,))


def _errors(rows: Sequence[MagicNumber]) -> tuple[OrderError, ...]:
    single = {Behaviour.FAILS, Behaviour.COMPLETE_WITH_ERROR}
    grouped = [row for row in rows if row.behaviour == Behaviour.FAILS_GROUPED]
    errors = [_error(row) for row in rows if row.behaviour in single]
    if grouped:
        numbers = tuple(row.telephone_number for row in grouped)
        errors.append(OrderError(grouped[0].code, grouped[0].description, numbers, grouped=True))
    return tuple(errors)


def _end(behaviours: Collection[Behaviour], telephone_numbers: Sequence[str], errors: Iterable[OrderError]) -> Status:
    if Behaviour.CANCELLED in behaviours:
        return Status.CANCELLED
    if not {Behaviour.FAILED_NAMING_NONE, Behaviour.FAILED_WITHOUT_ERRORS}.isdisjoint(behaviours):
        return Status.FAILED
    failed = {number for error in errors for number in error.telephone_numbers}
    if not failed or Behaviour.COMPLETE_WITH_ERROR in behaviours:
        return Status.COMPLETE
    return Status.FAILED if failed.issuperset(telephone_numbers) else Status.PARTIAL


def _told(
    behaviours: Collection[Behaviour], rows: Iterable[MagicNumber], errors: tuple[OrderError, ...]
) -> tuple[OrderError, ...]:
    if Behaviour.FAILED_WITHOUT_ERRORS in behaviours:
        return ()
    nameless = [row for row in rows if row.behaviour == Behaviour.FAILED_NAMING_NONE]
    return (OrderError(nameless[0].code, nameless[0].description),) if nameless else errors


def _halt(behaviours: Collection[Behaviour]) -> Status | None:
    if Behaviour.STAYS_RECEIVED in behaviours:
        return Status.RECEIVED
    return Status.PROCESSING if Behaviour.STAYS_PROCESSING in behaviours else None
