"""Reporting: what a worker or a callback learned, applied to the record by one script each."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

from service.lifecycle import Source, State, Step, is_processing, is_received, may_enter
from service.settlement import DOUBLED
from service.store import keys, record
from service.store.document import pack
from service.store.script import CALLBACK, REPORT

if TYPE_CHECKING:
    from service.report import CallbackNews, Claim, Report
    from service.store.connection import Store

DAY_MS: Final = 86_400_000


@dataclass(frozen=True, slots=True)
class Reported:
    """What became of a report."""

    outcome: Literal["applied", "repeated", "stale", "gone"]
    state: str
    version: int
    #: the step for which the order is due at once, if it is
    due: Step | None
    #: orders that became first in their lines, due to be sent
    first: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Heard:
    """What became of a callback."""

    outcome: Literal["new", "late", "duplicate", "orphan", "anonymous"]
    order_id: str | None
    #: the step for which the order is due at once, if it is
    due: Step | None


async def report(
    store: Store, claim: Claim, report: Report, account: dict[str, Any], *, look_ms: int, document_ms: int
) -> Reported:
    """Apply a worker's report and its effect on the account; the same claim's report again changes nothing."""
    order = claim.order
    argument = _base(report, claim) | {
        "operation": f"{claim.operation}:{claim.fence}",
        "fence": claim.fence,
        "nudges": claim.nudges,
        "look_ms": look_ms,
        "account": account,
        "documents": [pack(each) for each in report.documents],
        "documents_ms": document_ms,
        "late": entry(report.source, "late_answer", "An answer came after its lease had ended; its id was kept."),
        "doubled": {
            "set": {"attention": record.dumps(DOUBLED)},
            "entry": entry(report.source, "doubled", f"Bandwidth also holds {report.bandwidth_order_id}."),
        },
    }
    key = keys.order(order.account_id, order.id)
    reply = await store.run(REPORT, order.account_id, key, order.id, record.dumps(argument))
    outcome, state, version, due, *first = reply
    return Reported(outcome, state, int(version), due or None, tuple(first))


async def hear(store: Store, news: CallbackNews) -> Heard:
    """Apply a callback to the order that holds its id, or keep it until one does."""
    key = keys.pause(news.account_id)
    outcome, order_id, due = await store.run(CALLBACK, news.account_id, key, news.key, record.dumps(_heard(news)))
    return Heard(outcome, order_id or None, due or None)


def entry(source: str, event: str, detail: str = "", **more: object) -> str:
    """Write a timeline entry without its head; time, state and version are put in front by the script."""
    parts = {"source": source, "event": event, "detail": detail, **more}
    return record.dumps({name: value for name, value in parts.items() if value not in (None, "")})[1:]


def _heard(news: CallbackNews) -> dict[str, Any]:
    said: dict[str, Any] = {
        "status": news.status,
        "message": news.message,
        "note": news.note,
        "last_modified": news.last_modified,
    }
    argument: dict[str, Any] = {
        "entry": entry(Source.CALLBACK, "note" if news.is_note else "callback", **said),
        "duplicate": entry(Source.CALLBACK, "callback", duplicate=True, **said),
        "always": True,
    }
    if news.bandwidth_order_id:
        argument["bandwidth_order_id"] = news.bandwidth_order_id
    if news.customer_order_id:
        argument["reference"] = news.customer_order_id
    status = None if news.is_note else news.status
    if status and is_processing(status):
        argument["set"] = {"bandwidth_status": status}
        argument["state"] = State.PROCESSING
        argument["from"] = _from(Source.CALLBACK, State.PROCESSING)
    elif status and not is_received(status):
        # an end, or a word we do not know: only Bandwidth's own order tells, so look at it now
        argument["nudge"] = True
        argument["set"] = {"announced": status}
    return argument


def _base(report: Report, claim: Claim) -> dict[str, Any]:
    argument: dict[str, Any] = {
        "set": _visible(report, claim),
        "quiet": _quiet(report, claim),
        "entry": entry(
            report.source,
            report.event,
            report.detail,
            bandwidth_status=report.bandwidth_status,
            attempt=claim.order.attempts or None,
        ),
        "always": report.source != "check",
    }
    if report.state:
        argument["state"] = report.state
        argument["from"] = _from(report.source, report.state)
    if report.bandwidth_order_id:
        argument["bandwidth_order_id"] = report.bandwidth_order_id
    if report.outcomes is not None:
        argument["outcomes"] = record.outcomes_of(report.outcomes)[1]
    return argument


def _from(source: Source, target: State) -> dict[str, bool]:
    return {str(state): True for state in may_enter(source, target)}


def _visible(report: Report, claim: Claim) -> dict[str, str | bool]:
    fields: dict[str, str | bool] = {}
    if report.bandwidth_status is not None:
        fields["bandwidth_status"] = report.bandwidth_status
    if report.errors is not None:
        fields["errors"] = record.remarks_json(report.errors) if report.errors else False
    if report.warnings is not None:
        fields["warnings"] = record.remarks_json(report.warnings) if report.warnings else False
    if report.outcomes is not None:
        fields |= _outcome_fields(report, claim.order.total)
    if report.attention:
        fields["attention"] = record.dumps(report.attention)
    elif report.state and report.state != State.NEEDS_ATTENTION:
        fields["attention"] = False
    return fields


def _outcome_fields(report: Report, total: int) -> dict[str, str | bool]:
    assert report.outcomes is not None  # noqa: S101  (the caller asked)
    default, differing = record.outcomes_of(report.outcomes)
    digest = hashlib.blake2b(record.dumps(sorted(differing.items())).encode(), digest_size=8).hexdigest()
    return {
        "default_outcome": default,
        "outcomes_digest": digest if differing else False,
        "completed_numbers": str(report.outcomes.count("complete", total)),
        "failed_numbers": str(report.outcomes.count("failed", total)),
    }


def _quiet(report: Report, claim: Claim) -> dict[str, str | bool]:
    order = claim.order
    fields: dict[str, str | bool] = {
        "waiting": record.dumps(report.waiting) if report.waiting else False,
        "failures": str(order.failures + 1) if report.failed else False,
    }
    if report.searched:
        fields["searches"] = str(order.searches + 1)
    if report.source == "check":
        fields["looks"] = str(order.looks + 1)
    if report.source == "check" and not report.failed:
        fields["checked_at"] = str(claim.claimed_at)
    return fields
