"""JSON into models: what a newer tracker says does not break an older client."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest

from service.client import Model, UnexpectedAnswer
from service.client.reading import read, read_all


@dataclass(frozen=True, slots=True, kw_only=True)
class Part(Model):
    name: str
    count: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Whole(Model):
    id: str
    at: datetime | None = None
    seconds: float = 0.0
    good: bool = False
    part: Part | None = None
    parts: tuple[Part, ...] = ()
    words: tuple[str, ...] = ("none",)
    named: Mapping[str, Part] = field(default_factory=dict)
    anything: Mapping[str, Any] = field(default_factory=dict)


def test_a_model_is_read_with_all_that_it_holds():
    said = {
        "id": "x",
        "at": "2026-03-01T09:30:00.123Z",
        "seconds": 1,
        "good": True,
        "part": {"name": "a", "count": 2},
        "parts": [{"name": "b"}],
        "words": ["c"],
        "named": {"d": {"name": "d"}, "e": None},
        "anything": {"f": None},
    }
    found = read(Whole, said)
    assert found == Whole(
        id="x",
        at=datetime(2026, 3, 1, 9, 30, 0, 123_000, UTC),
        seconds=1,
        good=True,
        part=Part(name="a", count=2),
        parts=(Part(name="b"),),
        words=("c",),
        named={"d": Part(name="d")},
        anything={"f": None},
    )
    assert found.raw is said
    assert found.part.raw == said["part"]


@pytest.mark.parametrize(
    "more",
    [
        {"new": {"deep": [1]}},
        {"at": None, "part": None, "words": None},
        {"at": "soon", "seconds": "long", "good": "yes", "part": [], "parts": {}, "words": [1], "named": [], "id": "x"},
        {"at": "2026-03-01T09:30:00", "seconds": True, "good": 1, "parts": [{"count": 1}], "anything": "x"},
    ],
)
def test_what_is_new_missing_or_of_another_form_leaves_the_default(more):
    found = read(Whole, {"id": "x", **more})
    assert found == Whole(id="x")
    assert found.raw == {"id": "x", **more}


@pytest.mark.parametrize("said", [{}, {"id": None}, {"id": 7}, {"id": True}, [], None, "x", 7])
def test_an_answer_without_what_must_be_there_is_no_answer_of_the_tracker(said):
    with pytest.raises(UnexpectedAnswer, match="Whole cannot be read"):
        read(Whole, said)


@pytest.mark.parametrize("said", [{}, {"wholes": None}, {"wholes": {}}, [], None])
def test_a_list_that_is_not_there_is_said(said):
    with pytest.raises(UnexpectedAnswer, match="wholes"):
        read_all(Whole, said, "wholes")
