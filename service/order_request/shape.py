"""The base of every model that reads a part of a body, and the error of one field."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pydantic import BaseModel, ConfigDict
from pydantic_core import PydanticCustomError


class Shape(BaseModel):
    """Base of every model that reads a request: unknown fields are wrong, values are frozen."""

    # an input may be a passcode, and an error's text may end in a log
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


def needing(*fields: str) -> Callable[[dict[str, Any]], None]:
    """Return what says in a model's JSON Schema that its rules take nothing without these fields."""

    def say(schema: dict[str, Any]) -> None:
        schema["required"] = [*fields]
        for told in (schema["properties"][each] for each in fields):
            if "anyOf" in told:
                told["anyOf"] = [each for each in told["anyOf"] if each.get("type") != "null"]

    return say


def wrong(code: str | None, sentence: str) -> PydanticCustomError:
    """Build a field's error with Bandwidth's own code, so that a client meets one vocabulary."""
    return PydanticCustomError("invalid", "{sentence}", {"sentence": sentence, "code": code})
