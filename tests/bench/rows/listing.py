"""A page of 50 orders by filters, in an account of very many and in one of few."""

from __future__ import annotations

import statistics

from comparing import rotated
from orders_made import OURS, SMALL, got, seed
from row import Figure, Row, at_most

_ASKED = (
    "kind=tn-options&state=received",
    "state=open",
    "kind=tn-options&state=processing",
    "state=failed&state=complete",
)


def page(stage):
    scale, found = stage.scale, {OURS: [], SMALL: []}
    seed(stage.client, f"{{{OURS}}}:", scale.many)
    seed(stage.client, f"{{{SMALL}}}:", scale.few)
    count = max(1, min(100, round(scale.most / 4)))
    for turn in range(scale.rounds + 1):
        for account in rotated((OURS, SMALL), turn):
            path = f"/v1/accounts/{account}/orders?limit=50&"
            requests = [each for asked in _ASKED for each in got(path + asked, [""])] * count
            # an address has nothing behind its query
            requests = [each.replace(b"/ HTTP", b" HTTP", 1) for each in requests]
            found[account].append(stage.load(stage.ours, requests, 1, "200").p99)
    many, few = (statistics.median(found[each][1:]) for each in (OURS, SMALL))
    seen = f"p99 {many:.1f} ms at {scale.many:,}, {few:.1f} ms at {scale.few:,}"
    yield Figure(at_most(2, "2x the p99 at 1,000"), many / few, seen)


ROWS = (Row("list page of 50, 1,000,000 orders", page),)
