"""The verdict: what the sandbox's ledger and the API say of every order that the walk has placed."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from fault_orders import Placed

from service.lifecycle import TERMINAL


@dataclass
class Verdict:
    """Ids of orders by what is wrong with them, each with a sentence."""

    acknowledged: int = 0
    converged: int = 0
    #: acknowledged, and unknown to the API or without an end; or sent to Bandwidth and unknown to the API
    lost: dict[str, str] = field(default_factory=dict)
    #: more than one order at Bandwidth, or here, for one of the client's
    doubled: dict[str, str] = field(default_factory=dict)
    #: ended otherwise than without faults
    wrong: dict[str, str] = field(default_factory=dict)
    #: orders that only a person can decide, by their reason
    attention: Counter[str] = field(default_factory=Counter)
    #: what was refused and never should be: orders by the API, the server by a process
    refused: list[str] = field(default_factory=list)
    #: secrets and whole numbers in logs
    leaks: list[str] = field(default_factory=list)
    #: ended, and the receiver of events was not told of all that happened
    untold: dict[str, str] = field(default_factory=dict)
    #: what `verify` says of indexes, lines, counters and due times
    differences: list[str] = field(default_factory=list)

    @property
    def is_good(self) -> bool:
        found = (self.lost, self.doubled, self.wrong, self.refused, self.leaks, self.untold, self.differences)
        return not any(found)

    @property
    def bad(self) -> dict[str, str]:
        return {**self.untold, **self.wrong, **self.doubled, **self.lost}


def by_our_ids(
    placed: Iterable[Placed], named: Mapping[str, list[str]], ledger: Iterable[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """Return the ledger with our ids in place of the CustomerOrderIds that clients of Bandwidth's gave.

    `named` are the API's orders by CustomerOrderId: one that it has twice is told by the order; one that it does not
    know stays in the ledger as it is, and is an order that the API has lost.
    """
    for order in placed:
        ids = named.get(order.reference or "", [])
        order.others |= {each for each in ids if each != (order.id or ids[0])}
    ours = {reference: ids[0] for reference, ids in named.items() if ids}
    return [
        {**row, "customer_order_id": ours.get(row["customer_order_id"], row["customer_order_id"])} for row in ledger
    ]


def judge(
    placed: Iterable[Placed], records: Mapping[str, dict[str, Any] | None], ledger: Iterable[Mapping[str, Any]]
) -> Verdict:
    """Judge; `records` are the API's orders by id, None where it has none."""
    verdict, at_bandwidth = Verdict(), defaultdict(list)
    for row in ledger:
        if row["order_id"]:
            at_bandwidth[row["customer_order_id"]].append(row)
    for order in placed:
        if order.refusal:
            verdict.refused.append(f"{order.kind}: {order.refusal}")
        if order.others:
            verdict.doubled[str(order.id)] = (
                f"its Idempotency-Key or CustomerOrderId also gave {', '.join(sorted(order.others))}"
            )
        if order.id:
            _judge_one(verdict, order, records.get(order.id), at_bandwidth)
    _judge_ledger(verdict, at_bandwidth, records)
    return verdict


def _judge_one(verdict, order, record, at_bandwidth):
    verdict.acknowledged += 1
    if record is None:
        verdict.lost[order.id] = "acknowledged, and the API does not know it"
        return
    state, wanted = record["state"], _ends(order)
    if state == "needs_attention":
        verdict.attention[record["attention"]["why"]] += 1
        verdict.wrong[order.id] = f"needs_attention, {record['attention']['why']}"
    elif state not in TERMINAL:
        verdict.lost[order.id] = f"acknowledged, and still {state}"
    elif state not in wanted:
        verdict.wrong[order.id] = f"{state} instead of {' or '.join(sorted(wanted))}: {record['errors']}"
    else:
        verdict.converged += 1
    if order.cancel == "done" and at_bandwidth.get(order.id):
        verdict.wrong[order.id] = "cancelled, and at Bandwidth"


def _ends(order):
    return {"done": {"cancelled"}, "asked": {"cancelled", "complete"}}.get(order.cancel, {"complete"})


def _judge_ledger(verdict, at_bandwidth, records):
    for reference, rows in at_bandwidth.items():
        if len(rows) > 1:
            verdict.doubled[reference] = (
                f"{len(rows)} orders at Bandwidth: {', '.join(row['order_id'] for row in rows)}"
            )
        if reference in records and records[reference] is None:
            verdict.lost[reference] = "at Bandwidth, and the API does not know it"
        for row in rows:
            if row["overlapped"]:
                verdict.wrong[reference] = f"met another open order at Bandwidth: {', '.join(row['overlapped'])}"
