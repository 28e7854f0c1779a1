"""News as the scripts read them (`apply.lua`): what changes visibly, what changes quietly, and the timeline's entry."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from service.carrier_words import milliseconds
from service.lifecycle import Source, State, is_processing, is_received, may_enter
from service.order import Waiting
from service.settlement import DOUBLED
from service.store import record

if TYPE_CHECKING:
    from service.order import NewOrder, Order, Outcomes
    from service.report import CallbackNews, Happening, Report

#: who settles an order by an end, where it is not a look at Bandwidth's own order
_SETTLED_BY: Final = {Source.SUBMIT: "answer", Source.OPERATOR: "person"}


def of_report(report: Report, order: Order) -> dict[str, Any]:
    """Return a report about an order as `apply.lua` reads it."""
    argument: dict[str, Any] = {
        "set": _visible(report, order),
        "quiet": _quiet(report, order),
        "entry": entry(
            report.source,
            report.event,
            report.detail,
            by=report.by,
            bandwidth_status=report.bandwidth_status,
            attempt=order.attempts or None,
            worker=report.worker,
        ),
        "always": report.source != Source.CHECK,
    }
    if report.state:
        argument["state"] = report.state
        argument["from"] = from_states(report.source, report.state)
        argument["settled_by"] = _SETTLED_BY.get(report.source, "check")
    if report.bandwidth_order_id:
        argument["bandwidth_order_id"] = report.bandwidth_order_id
    if report.outcomes is not None:
        argument["outcomes"] = record.outcomes_of(report.outcomes)[1]
    if report.history:
        argument["history"] = [_happening(each) for each in report.history]
    return argument


def crowded(report: Report, order: Order) -> dict[str, Any]:
    """Return what is taken instead of a report after which an order is sent again, when its lines have no room for it.

    Only one that has stepped aside joins them anew.
    """
    said = "not sent again: it had stepped aside, and its numbers are in too many other open orders by now"
    argument = of_report(replace(report, state=None, detail=said, waiting=Waiting(said)), order)
    return {part: argument[part] for part in ("set", "quiet", "entry")}


def _happening(happening: Happening) -> dict[str, str]:
    """Write an entry of Bandwidth's history, with its own time, and what tells it apart from others."""
    told = f"{happening.at}\n{happening.status}\n{happening.note}"
    parts = {
        "source": "history",
        "event": "history",
        "detail": happening.note,
        "bandwidth_status": happening.status,
        "by": happening.author,
    }
    # 1970 is a time too, however wrong
    kept = {"at": happening.at} | {name: value for name, value in parts.items() if value}
    return {"key": hashlib.blake2b(told.encode(), digest_size=9).hexdigest(), "entry": record.dumps(kept)}


def from_states(source: Source, target: State) -> dict[str, bool]:
    """Return the states from which a source may move an order to a target, as Lua looks them up."""
    return {str(state): True for state in may_enter(source, target)}


def _visible(report: Report, order: Order) -> dict[str, str | bool]:
    fields: dict[str, str | bool] = {}
    if report.bandwidth_status is not None:
        fields["bandwidth_status"] = report.bandwidth_status
    if report.errors is not None:
        fields["errors"] = record.remarks_json(report.errors) if report.errors else False
    if report.warnings is not None:
        fields["warnings"] = record.remarks_json(report.warnings) if report.warnings else False
    if report.outcomes is not None:
        fields |= _outcome_fields(report.outcomes, order.total)
    if report.attention:
        fields["attention"] = record.dumps(report.attention)
    elif report.state and report.state != State.NEEDS_ATTENTION:
        fields["attention"] = False
    return fields


def _outcome_fields(outcomes: Outcomes, total: int) -> dict[str, str | bool]:
    default, differing = record.outcomes_of(outcomes)
    digest = hashlib.blake2b(record.dumps(sorted(differing.items())).encode(), digest_size=8).hexdigest()
    return {
        "default_outcome": default,
        "outcomes_digest": digest if differing else False,
        "completed_numbers": str(outcomes.count("complete", total)),
        "failed_numbers": str(outcomes.count("failed", total)),
    }


def _quiet(report: Report, order: Order) -> dict[str, str | bool]:
    if report.line == "leave":
        # its looks go on as they were
        return {}
    if not report.begun:
        return _unbegun(report, order)
    fields: dict[str, str | bool] = {
        "waiting": record.dumps(report.waiting) if report.waiting else False,
        "failures": str(order.failures + 1) if report.failed else False,
    }
    if report.searched:
        fields["searches"] = str(order.searches + 1)
    if report.source == Source.FIND and report.state == State.ACCEPTED:
        fields["resends"] = str(order.resends + 1)
    if report.conflict:
        fields["conflicts"] = str(order.conflicts + 1)
    if report.source == Source.CHECK:
        fields["alone"] = False
    if report.source == Source.CHECK and not report.failed:
        fields["looks"] = str(order.looks + 1)
    return fields


def _unbegun(report: Report, order: Order) -> dict[str, str | bool]:
    """Return what undoes the claim of an order about which nothing was asked."""
    if report.source != Source.SUBMIT:
        return {}
    before = order.attempts - 1
    return {"attempts": str(before)} if before > 0 else {"attempts": False, "first_sent_at": False}


def of_news(news: CallbackNews) -> dict[str, Any]:
    """Return what a callback says as `callback.lua` reads it."""
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
    # for whoever lists what is kept (`orphans.py`): no script reads these
    argument |= {
        name: said for name, said in (("order_type", news.order_type), ("told", news.status)) if said is not None
    }
    if news.bandwidth_order_id:
        argument["bandwidth_order_id"] = news.bandwidth_order_id
    if news.customer_order_id:
        argument["reference"] = news.customer_order_id
    if (modified_at := milliseconds(news.last_modified)) is not None:
        argument["modified_at"] = modified_at
    status = None if news.is_note else news.status
    if status and is_processing(status):
        argument["set"] = {"bandwidth_status": status}
        argument["state"] = State.PROCESSING
        argument["from"] = from_states(Source.CALLBACK, State.PROCESSING)
    elif status and not is_received(status):
        # an end, or a word we do not know: only Bandwidth's own order tells, so look at it now
        argument["nudge"] = True
        argument["set"] = {"announced": status}
    return argument


def doubled(source: Source, bandwidth_order_id: str) -> dict[str, Any]:
    """Return what to say of an order for which Bandwidth holds a second one, as `learn.lua` reads it."""
    said = entry(source, "doubled", f"Bandwidth also holds {bandwidth_order_id}.")
    return {"set": {"attention": record.dumps(DOUBLED)}, "entry": said}


def linked(new: NewOrder) -> str:
    """Write what the timeline says of the order that a new one changes, or whose failed numbers it takes up."""
    if new.retries:
        return entry(Source.API, "failed_retried", f"taken up by order {new.id}", by=new.client_id)
    return entry(Source.API, "amended", f"changed by order {new.id}", by=new.client_id)


def entry(source: str, event: str, detail: str = "", **more: object) -> str:
    """Write a timeline entry without its head; time, state and version are put in front by the script."""
    parts = {"source": source, "event": event, "detail": detail, **more}
    return record.dumps({name: value for name, value in parts.items() if value not in (None, "")})[1:]
