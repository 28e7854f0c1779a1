"""The codes and texts that lidb and dlda orders print for the magic numbers, out of their own error catalogues."""

from __future__ import annotations

#: By kind and by the code that `magic.TABLE` names; a code that is not here is printed by every kind alike.
OWN_WORDS: dict[tuple[str, int], tuple[int, str]] = {
    ("lidb", 5071): (11025, "Telephone Number does not belong to Iris"),
    ("lidb", 5076): (11014, "Number does not belong to this account"),
    ("lidb", 5081): (11007, "Visibility is required. Valid values are: PUBLIC, PRIVATE"),
    ("lidb", 5114): (5015, "The lidb request timed out. Please resubmit your request."),
    ("dlda", 5071): (16111, "Telephone Number does not belong to Iris"),
    ("dlda", 5074): (16108, "The DL/DA request was not processed due to a change in the status of the TN"),
    ("dlda", 5076): (16101, "Number does not belong to this account"),
    ("dlda", 5081): (16114, "StateCode is invalid"),
    ("dlda", 5114): (5014, "The dlda request timed out. Please resubmit your request."),
}


def words(kind: str, code: int, description: str) -> tuple[int, str]:
    """Return what a kind prints for a code and its text."""
    return OWN_WORDS.get((kind, code), (code, description))
