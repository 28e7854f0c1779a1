"""Who held which order when: each process tells what it claims, writes, reports and takes; a judge reads that.

All times are of one machine's monotonic clock, in seconds. A line is written after what a process is given (a claim,
what the clock takes) and before what it gives away (a request, a report): what two lines have in the wrong order was
so in truth.
"""

from __future__ import annotations

import functools
import json
import os
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

from service.book import Book
from workers.lease import Lease


def testify(path: str) -> None:
    """Have this process tell from now on."""
    file = os.open(path, os.O_CREAT | os.O_APPEND | os.O_WRONLY, 0o600)
    claim, report, take, writing = Book.claim, Book.report, Book.take, Lease.writing

    def tell(what: str, **more: Any) -> None:
        # appended by one call: lines of several processes do not mix
        os.write(file, json.dumps({"what": what, "at": time.monotonic(), "pid": os.getpid(), **more}).encode() + b"\n")

    @functools.wraps(claim)
    async def claimed(*given: Any, **named: Any) -> Any:
        claims = await claim(*given, **named)
        for each in claims:
            tell("claimed", order=each.order.id, fence=each.fence, ends=each.lease_ends)
        return claims

    @functools.wraps(report)
    async def reported(book: Book, held: Any, *given: Any) -> Any:
        tell("reported", order=held.order.id, fence=held.fence)
        return await report(book, held, *given)

    @functools.wraps(writing)
    def wrote(lease: Lease, exchange: Any) -> None:
        writing(lease, exchange)
        if exchange.changes:
            tell("wrote", order=lease._claim.order.id, fence=lease._claim.fence)

    @functools.wraps(take)
    async def taken(book: Book, account_id: str, step: Any, *given: Any, **named: Any) -> Any:
        ids = await take(book, account_id, step, *given, **named)
        # only clocks probe; what workers take they claim themselves
        for each in ids if named.get("probe") else ():
            tell("rang", order=each, step=step)
        return ids

    Book.claim, Book.report, Book.take, Lease.writing = claimed, reported, taken, wrote


def read(path: Path) -> list[dict[str, Any]]:
    """Return what all have told, in the order of time."""
    if not path.exists():
        return []
    return sorted(map(json.loads, path.read_text().splitlines()), key=lambda each: each["at"])


def doubled_work(told: Iterable[dict[str, Any]]) -> Iterator[str]:
    """Yield a sentence for each order that two held at once, and for each request that another's claim came before."""
    by_order = defaultdict(list)
    for each in told:
        by_order[each["order"]].append(each)
    for order_id, its in by_order.items():
        claims = sorted((each for each in its if each["what"] == "claimed"), key=lambda each: each["fence"])
        reported = {each["fence"]: each["at"] for each in its if each["what"] == "reported"}
        for before, after in pairwise(claims):
            if before["fence"] == after["fence"]:
                yield f"{order_id}: fence {after['fence']} was given to {before['pid']} and {after['pid']}"
            elif after["at"] < min(before["ends"], reported.get(before["fence"], before["ends"])):
                yield f"{order_id}: {after['pid']} claimed it while {before['pid']} held it"
        for wrote in (each for each in its if each["what"] == "wrote"):
            if any(claim["fence"] > wrote["fence"] and claim["at"] < wrote["at"] for claim in claims):
                yield f"{order_id}: {wrote['pid']} wrote under fence {wrote['fence']} after another had claimed it"


def rung_early(told: Iterable[dict[str, Any]], seconds: float) -> Iterator[str]:
    """Yield a sentence for each order for which clocks rang again before so many seconds had passed."""
    last: dict[tuple[str, str], dict[str, Any]] = {}
    for each in told:
        if each["what"] != "rang":
            continue
        before = last.get((each["order"], each["step"]))
        if before and each["at"] - before["at"] < seconds:
            yield f"{each['order']}: {before['pid']} and {each['pid']} rang within {each['at'] - before['at']:.2f} s"
        last[each["order"], each["step"]] = each
