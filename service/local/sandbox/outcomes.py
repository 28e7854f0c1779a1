"""From telephone numbers to a verdict: the magic numbers and what the request proves against itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.local.sandbox.magic import MAGIC, UNKNOWN_STATUS_WORD, WARNING, Behaviour, MagicNumber
from service.local.sandbox.refusals import ProxyPageError, RefusedError
from service.local.sandbox.statuses import Status
from service.local.sandbox.verdict import OrderError, OrderWarning, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

#: A slow number's order takes this many times the pace.
_SLOW = 3.0


def judge(telephone_numbers: Sequence[str], conflicts: Sequence[OrderError] = ()) -> Verdict:
    """Decide an order; `conflicts` are errors that the request itself causes. Raises for a refusing number."""
    rows = [MAGIC[number] for number in telephone_numbers if number in MAGIC]
    _refuse(rows)
    at_once = tuple(_error(row) for row in rows if row.behaviour == Behaviour.FAILS_AT_ONCE)
    errors = (*at_once, *conflicts, *_errors(rows))
    behaviours = {row.behaviour for row in rows}
    return Verdict(
        end=_end(behaviours, telephone_numbers, errors),
        errors=_told(behaviours, rows, errors),
        warnings=tuple(OrderWarning(row.telephone_number, WARNING) for row in rows if row.behaviour == Behaviour.WARNS),
        errors_at_once=at_once,
        halt=_halt(behaviours),
        detour=UNKNOWN_STATUS_WORD if Behaviour.UNKNOWN_STATUS in behaviours else None,
        stretch=_SLOW if Behaviour.SLOW in behaviours else 1.0,
    )


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


def _end(behaviours: set[Behaviour], telephone_numbers: Sequence[str], errors: Iterable[OrderError]) -> Status:
    if behaviours & {Behaviour.FAILED_NAMING_NONE, Behaviour.FAILED_WITHOUT_ERRORS}:
        return Status.FAILED
    failed = {number for error in errors for number in error.telephone_numbers}
    if not failed or Behaviour.COMPLETE_WITH_ERROR in behaviours:
        return Status.COMPLETE
    return Status.FAILED if failed.issuperset(telephone_numbers) else Status.PARTIAL


def _told(
    behaviours: set[Behaviour], rows: Iterable[MagicNumber], errors: tuple[OrderError, ...]
) -> tuple[OrderError, ...]:
    if Behaviour.FAILED_WITHOUT_ERRORS in behaviours:
        return ()
    nameless = [row for row in rows if row.behaviour == Behaviour.FAILED_NAMING_NONE]
    return (OrderError(nameless[0].code, nameless[0].description),) if nameless else errors


def _halt(behaviours: set[Behaviour]) -> Status | None:
    if Behaviour.STAYS_RECEIVED in behaviours:
        return Status.RECEIVED
    return Status.PROCESSING if Behaviour.STAYS_PROCESSING in behaviours else None
