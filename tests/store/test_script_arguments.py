"""What Python writes into a script's JSON is what its Lua reads: no field is overlooked on either side."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from importlib import resources

import pytest

from service.kinds import shelf
from service.lifecycle import Source, State
from service.order import Attention, Found, NewOrder, Order, Outcome, Outcomes, Remark, Waiting
from service.report import CallbackNews, Claim, Document, Happening, Report
from service.store import accepting, acting, adopting, nudging, reporting
from service.store.script import ACCEPT, ACT, ADOPT, CALLBACK, NUDGE, POSTPONE, REPORT

ORDER = Order(
    id="o", account_id="1", kind="tn-options", state=State.SUBMITTING, version=1, origin="api",
    customer_order_id=None, telephone_numbers=("2015551234",), request={}, secrets=None, metadata={},
    created_at=1, updated_at=1,
)  # fmt: skip
OUTCOMES = Outcomes(Outcome("complete"), {"2015551234": Outcome("failed", "5076", "no", retryable=False)})
FULL = Report(
    Source.SUBMIT, "sent", "detail", State.RECEIVED, "b", "RECEIVED", OUTCOMES, (Remark("e"),), (Remark("w"),),
    Attention("why", "do"), Waiting("why"), documents=(Document("sent", "t", "<x/>"),),
    history=(Happening(1, "note", "RECEIVED", "jbm"),),
)  # fmt: skip
NEWS = {"account_id": "1", "key": "k", "order_type": "tnoptions", "message": "m", "subscription_id": "s"}


class Listening:
    """Stands where the store's connection is, and keeps what would be sent."""

    def __init__(self, reply):
        self.reply = reply
        self.names = set()

    async def run(self, _script, _account_id, _key, *arguments):
        (argument,) = (each for each in arguments if str(each).startswith("{"))
        self.names |= set(json.loads(argument))
        return self.reply

    run_replicated = run


def read_by(script):
    """The fields of its JSON argument that a script's Lua looks at, by the names it gives that argument."""
    folder = resources.files("service.store")
    text = "\n".join((folder / f"{part}.lua").read_text() for part in script._parts)
    code = re.sub(r"--.*|'[^'\n]*'", "", text)
    return set(re.findall(r"\b(?:report|news|order)\.([a-z_]+)", code))


async def written_by_report():
    store = Listening(["applied", "received", "2", "", 0])
    claim = Claim(ORDER, "submit", "op", 1, 0, 1, 1.0)
    for each in (FULL, Report(Source.FIND, "not_found", state=State.ACCEPTED)):
        await reporting.report(store, claim, each, {"effect": "none"}, look_ms=0, document_ms=1, most=500)
    return store.names


async def written_by_callback():
    store = Listening(["new", "o", ""])
    for status, note in (("PROCESSING", None), ("COMPLETE", None), (None, "a note")):
        news = CallbackNews(
            **NEWS,
            bandwidth_order_id="b",
            customer_order_id="c",
            status=status,
            note=note,
            last_modified="2026-01-31T12:00:00Z",
        )
        await reporting.hear(store, news)
    return store.names


async def written_by_act():
    store = Listening(["done", "cancelled", "2", ""])
    cancelled = Report(Source.OPERATOR, "cancelled", state=State.CANCELLED, outcomes=OUTCOMES)
    for each in (cancelled, Report(Source.OPERATOR, "stepped_aside", line="leave")):
        await acting.act(store, ORDER, each, 500)
    return store.names


async def written_by_accept():
    store = Listening(["accepted", "accepted", "1", "1", "", 0, 0])
    new = NewOrder("o", "1", "tn-options", None, ("2015551234",), "options", ("2015551234",), {}, None, {})
    keyed = replace(new, client_id="client", idempotency_key="key", fingerprint="fingerprint")
    for each in (new, keyed, replace(new, amends="t"), replace(new, retries="t"), replace(new, not_before=1)):
        await accepting.accept(store, each, '"event":"accepted"}', 500, '"event":"amended"}')
    store.reply = ["rehearsed", "accepted", "1", "1", ""]
    await accepting.rehearse(store, new, 500)
    return store.names


async def written_by_nudge():
    store = Listening(["nudged", "processing", "check"])
    await nudging.nudge(store, ORDER, "client")
    return store.names


async def written_by_adopt():
    store = Listening(["adopted", 1, 0])
    found = Found("b", "reference", "RECEIVED", ("2015551234",), {})
    await adopting.adopt(store, "1", found, shelf()["tn-options"], {"effect": "none"}, most=500, factor=1.0)
    return store.names


async def written_by_postpone():
    store = Listening([1, 0])
    await adopting.postpone(store, "1", adopting.Adoption("tn-options", "b"), {"effect": "none"}, factor=1.0)
    return store.names


#: what scripts never get that only write an entry
_NOTHING_BUT_AN_ENTRY = {
    "state",
    "from",
    "set",
    "quiet",
    "outcomes",
    "always",
    "documents",
    "documents_ms",
    "history",
    "nudge",
    "settled_by",
}
#: read by a part that a script shares, and never sent to that script
SHARED = {
    CALLBACK: {"outcomes", "documents", "documents_ms", "quiet", "history", "settled_by"},
    ACT: {"documents", "documents_ms", "bandwidth_order_id", "nudge", "history"},
    REPORT: {"nudge"},
    ACCEPT: set(),
    NUDGE: _NOTHING_BUT_AN_ENTRY,
    ADOPT: _NOTHING_BUT_AN_ENTRY,
    POSTPONE: set(),
}


#: kept by a script for Python, which lists it
KEPT = {CALLBACK: {"order_type", "told"}}


@pytest.mark.parametrize(
    ("script", "written"),
    [
        (REPORT, written_by_report),
        (CALLBACK, written_by_callback),
        (ACT, written_by_act),
        (ACCEPT, written_by_accept),
        (NUDGE, written_by_nudge),
        (ADOPT, written_by_adopt),
        (POSTPONE, written_by_postpone),
    ],
    ids=lambda each: getattr(each, "name", ""),
)
async def test_lua_reads_exactly_what_python_writes(script, written):
    assert await written() - KEPT.get(script, set()) == read_by(script) - SHARED[script]
