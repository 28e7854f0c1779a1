"""Steps: what happened to an order, entry by entry, each with the XML that went with it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import accumulate
from typing import TYPE_CHECKING, Any, Final

from service.carrier_words import milliseconds
from service.dashboard.order import words
from service.lifecycle import TERMINAL, State

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from service.store.document import DocumentHead

#: who keeps documents
_KEEPING: Final = frozenset({"submit", "find", "check", "adopt"})
_DUPLICATE: Final = "duplicate: the same callback had come before"
_LATE: Final = "late: the order had ended"
_OVERTAKEN: Final = "overtaken: what Bandwidth said later had come before it"
#: of an entry, in this order: what somebody said
_SAID: Final = ("detail", "message", "note")


@dataclass(frozen=True, slots=True)
class Step:
    """An entry of the timeline; `at` in ms, by our clock or, of Bandwidth's own history, by theirs."""

    at: int
    source: str
    #: who told it, and what happened, in words
    told_by: str
    event: str
    state: str | None = None
    #: the order entered its state with it
    enters: bool = False
    attempt: int | None = None
    by: str | None = None
    #: the process that asked Bandwidth
    worker: str | None = None
    #: Bandwidth's word for the order's status
    status: str | None = None
    said: str = ""
    #: why it changed nothing: it came late, or a second time
    idle: str = ""
    documents: tuple[DocumentHead, ...] = ()


def steps(entries: Sequence[Mapping[str, Any]], documents: Sequence[DocumentHead]) -> list[Step]:
    """Return the timeline's entries, oldest first, with the documents of the same moment.

    Documents of no entry stand in steps of their own: the middle of a long timeline is not kept.
    """
    by_moment: dict[int, list[DocumentHead]] = {}
    for each in documents:
        by_moment.setdefault(each.at, []).append(each)
    made = [
        _step(entry, idle, by_moment.pop(entry["at"], []) if entry["source"] in _KEEPING else [])
        for entry, idle in zip(entries, _idle(entries), strict=True)
    ]
    alone = [
        Step(at, "", "", "XML of a step that is not kept", documents=tuple(some)) for at, some in by_moment.items()
    ]
    return _entering(sorted([*made, *alone], key=lambda step: step.at))


def _entering(told: Iterable[Step]) -> list[Step]:
    """Mark the steps with which the order entered a state."""
    marked, state = [], None
    for step in told:
        marked.append(replace(step, enters=step.state not in (None, state)))
        state = step.state or state
    return marked


def _step(entry: Mapping[str, Any], idle: str, documents: Sequence[DocumentHead]) -> Step:
    return Step(
        at=entry["at"],
        source=entry["source"],
        told_by=words.source(entry["source"]),
        event=words.event(entry["event"]),
        state=entry.get("state"),
        attempt=entry.get("attempt"),
        by=entry.get("by"),
        worker=entry.get("worker"),
        status=entry.get("bandwidth_status") or entry.get("status"),
        said=" ".join(dict.fromkeys(entry[name] for name in _SAID if entry.get(name))),
        idle=idle,
        documents=tuple(documents),
    )


def _idle(entries: Sequence[Mapping[str, Any]]) -> list[str]:
    """Say of every entry why it could change nothing; of most of them nothing."""
    told_at = [(milliseconds(entry.get("last_modified")) or 0) if _is_callback(entry) else 0 for entry in entries]
    newest = accumulate(told_at, max, initial=0)
    return [
        _why_idle(entry, overtaken=0 < at < before) for entry, at, before in zip(entries, told_at, newest, strict=False)
    ]


def _why_idle(entry: Mapping[str, Any], *, overtaken: bool) -> str:
    if not _is_callback(entry):
        return ""
    if entry.get("duplicate"):
        return _DUPLICATE
    if State(entry["state"]) in TERMINAL:
        return _LATE
    return _OVERTAKEN if overtaken else ""


def _is_callback(entry: Mapping[str, Any]) -> bool:
    return bool(entry["source"] == "callback")
