"""The timeline's words, for people."""

from __future__ import annotations

from typing import Final

_SOURCES: Final = {
    "api": "API",
    "submit": "submit",
    "find": "search",
    "check": "check",
    "callback": "callback",
    "adopt": "adoption",
    "operator": "person",
    "history": "Bandwidth",
}
_EVENTS: Final = {
    "accepted": "Accepted, on disk",
    "sent": "Sent, and taken by Bandwidth",
    "refused": "Refused by Bandwidth",
    "callback": "Callback",
    "note": "Note",
    "history": "Bandwidth's own history",
    "checked": "Checked at Bandwidth",
    "check_asked": "A check was asked for",
    "found": "Found at Bandwidth",
    "not_found": "Not found at Bandwidth",
    "not_sent": "Nothing left this machine",
    "answer_lost": "No whole answer came",
    "not_understood": "An answer that tells nothing",
    "unauthorized": "Credentials refused",
    "forbidden": "Forbidden",
    "not_bandwidth": "Answered by something that is not Bandwidth",
    "throttled": "Asked to wait (429)",
    "conflict": "Something else changes the same thing",
    "late_answer": "An answer came late, and its id was kept",
    "doubled": "Bandwidth holds a second order",
    "merged": "Known before as an order placed elsewhere",
    "adopted": "Placed elsewhere, and found by a callback",
    "amended": "Changed by another order",
    "failed_retried": "What failed was taken up by another order",
    "stepped_aside": "Stepped aside",
    "left_line": "Left its line",
    "retried": "Taken up again",
    "cancelled": "Cancelled",
    "restored": "Looked for after a restore",
    "target_gone": "The order that it changes is gone",
}


def source(word: str) -> str:
    """Return who told something."""
    return _SOURCES.get(word, word)


def event(word: str) -> str:
    """Return what happened."""
    return _EVENTS.get(word) or word.replace("_", " ").capitalize()
