"""Reporting: what a worker or a callback learned, applied to the record by one script each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from service.lifecycle import Source, State, Step
from service.store import keys, record
from service.store.accepting import SAFETY_MS
from service.store.argument import crowded, doubled, entry, of_news, of_report
from service.store.document import pack
from service.store.script import CALLBACK, REPORT
from service.tracing.trace import Trace

if TYPE_CHECKING:
    from service.report import CallbackNews, Claim, Report
    from service.store.server.connection import Store


@dataclass(frozen=True, slots=True)
class Reported:
    """What became of a report; `stale`: another worker holds the order, or it has ended; `gone`: it has no record."""

    outcome: Literal["applied", "repeated", "stale", "gone"]
    state: str
    version: int
    #: the step for which the order is due at once, if it is
    due: Step | None
    #: the account was paused by it
    paused: bool
    #: orders that became first in their lines, due to be sent
    first: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Heard:
    """What became of a callback; `orphan`: kept until its order is known, `anonymous`: it names none."""

    outcome: Literal["new", "late", "duplicate", "orphan", "anonymous"]
    order_id: str | None
    #: the step for which the order is due at once, if it is
    due: Step | None
    traceparent: str = ""

    @property
    def trace(self) -> Trace | None:
        """What its order is traced under; None where it has found none."""
        return Trace.kept(self.order_id, self.traceparent) if self.order_id else None


async def report(
    store: Store, claim: Claim, report: Report, account: dict[str, Any], *, look_ms: int, document_ms: int, most: int
) -> Reported:
    """Apply a worker's report and its effect on the account; the same claim's report again changes nothing.

    An order that has stepped aside and is sent again by it may meet so many others in its lines.
    """
    order = claim.order
    argument = of_report(report, order) | {
        "operation": f"{claim.operation}:{claim.fence}",
        "fence": claim.fence,
        "nudges": claim.nudges,
        "look_ms": look_ms,
        "account": account,
        "documents": [pack(each) for each in report.documents],
        "documents_ms": document_ms,
        "late": entry(report.source, "late_answer", "An answer came after its lease had ended; its id was kept."),
        "doubled": doubled(report.source, report.bandwidth_order_id or ""),
        "merged": entry(report.source, "merged", "It was followed until now as an order placed elsewhere."),
        "left": entry(report.source, "left_line", "Orders on its numbers wait for it no longer."),
    }
    if report.source == Source.FIND and report.state == State.ACCEPTED:
        argument |= {"most": most, "safety_ms": SAFETY_MS, "crowded": crowded(report, order)}
    if report.source == Source.CHECK and not report.failed:
        argument["quiet"]["checked_at"] = str(claim.claimed_at)
    if report.pictured:
        modified_at = False if report.modified_at is None else str(report.modified_at)
        argument["quiet"] |= {"pictured_at": str(claim.claimed_at), "modified_at": modified_at}
    key = keys.order(order.account_id, order.id)
    # a 201's id is worth more than a search for it; whatever else is lost by a failover is found out again
    run = store.run_replicated if report.source == Source.SUBMIT and report.bandwidth_order_id else store.run
    reply = await run(REPORT, order.account_id, key, order.id, record.dumps(argument))
    outcome, state, version, due, paused, *first = reply
    return Reported(outcome, state, int(version), due or None, bool(paused), tuple(first))


async def hear(
    store: Store, news: CallbackNews, adoption: str = "", start_ms: int = 0, *, spooled: bool = False
) -> Heard:
    """Apply a callback to the order that holds its id, or keep it until one does.

    Where none does, `adoption` is due to be adopted in `start_ms`. `spooled` is only counted.
    """
    key, said = keys.pause(news.account_id), record.dumps(of_news(news))
    arguments = (news.key, said, adoption, start_ms, int(spooled))
    outcome, order_id, due, *rest = await store.run_replicated(CALLBACK, news.account_id, key, *arguments)
    return Heard(outcome, order_id or None, due or None, *rest)
