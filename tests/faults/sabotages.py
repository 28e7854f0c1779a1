"""Products broken on purpose: a walk over them must say so."""

from __future__ import annotations

from dataclasses import replace

from service import settlement
from service.lifecycle import Source, State
from service.processes.program import Program
from service.report import Report
from workers import errand


def _resends() -> None:
    """Send again without a search: what a lost answer had brought is there twice."""
    look = errand._look

    def blind(order, kind, request):
        if order.state != State.UNCERTAIN:
            return (yield from look(order, kind, request))
        return Report(Source.FIND, "not_found", "Not looked for.", searched=True)

    errand._look = blind
    settlement.next_search = lambda *_: None


PATCHES = {"resends": _resends}


def without_a_file(program: Program) -> Program:
    """Return a server that answers and keeps nothing on disk: killed, it comes back empty."""
    pairs = zip(["", *program.argv], program.argv, strict=False)
    return replace(program, argv=["no" if option == "--appendonly" else value for option, value in pairs])
