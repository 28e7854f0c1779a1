"""Rules between the fields of one part of a request, told together with the fields that are wrong by themselves.

Pydantic skips a model's own validators as soon as one of its fields fails. A client that mends five fields wants
to hear of the sixth problem too, so the rules run over what is left once the wrong fields are set aside.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

from pydantic import ModelWrapValidatorHandler, ValidationError, model_validator
from pydantic_core import ErrorDetails, InitErrorDetails, PydanticCustomError

from service.order_request.shape import Shape, wrong

#: one step per field name or list index
Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Wrong:
    """What a rule objects to: where (below the part it looks at), Bandwidth's code, and what to do."""

    path: Path
    code: str | None
    sentence: str


@dataclass(frozen=True, slots=True)
class Remains:
    """A part of the body without its wrong fields; a list keeps its good items and remembers their places."""

    value: Mapping[str, Any]
    failed: frozenset[str]
    places: Mapping[str, Sequence[int]]

    def locate(self, path: Path) -> Path:
        """Turn a path in what remains into the path in the body."""
        if len(path) > 1 and path[0] in self.places:
            return (path[0], self.places[str(path[0])][int(path[1])], *path[2:])
        return path

    def may_judge(self, path: Path) -> bool:
        """Tell whether a rule about this place can be trusted: what was set aside must not look missing."""
        return not self.failed if not path else len(path) > 1 or path[0] not in self.failed


class Ruled(Shape):
    """A part of a request with rules between its fields. Every field has a default: what is missing is a rule."""

    def rules(self) -> Iterator[Wrong]:
        """Yield what is wrong although each field by itself is right."""
        yield from ()

    @model_validator(mode="wrap")
    @classmethod
    def _tell_everything(cls, value: Any, handler: ModelWrapValidatorHandler[Self]) -> Self:
        try:
            part, errors, remains = handler(value), [], Remains({}, frozenset(), {})
        except ValidationError as failure:
            errors = failure.errors(include_url=False)
            # no object at all, or one with a name that is no text: there are no fields to tell apart
            if not isinstance(value, Mapping) or any(not error["loc"] for error in errors):
                raise
            remains = _without(value, errors)
            part = handler(remains.value)
        told = [each for each in part.rules() if remains.may_judge(each.path)]
        if not errors and not told:
            return part
        lines = [*map(again, errors), *(_line(each, remains) for each in told)]
        raise ValidationError.from_exception_data(cls.__name__, lines)


def _without(value: Mapping[Any, Any], errors: Sequence[ErrorDetails]) -> Remains:
    failed: dict[str | int, set[Path]] = defaultdict(set)
    for error in errors:
        failed[error["loc"][0]].add(error["loc"][1:2])
    kept = {name: each for name, each in value.items() if name not in failed}
    places: dict[str, list[int]] = {}
    for name, wrong_ones in failed.items():
        items = value.get(name)
        if isinstance(items, list) and all(place and isinstance(place[0], int) for place in wrong_ones):
            places[str(name)] = [at for at in range(len(items)) if (at,) not in wrong_ones]
            kept[name] = [items[at] for at in places[str(name)]]
    return Remains(kept, frozenset(map(str, failed)), places)


def again(error: ErrorDetails, begin: int = 0) -> InitErrorDetails:
    """Return what tells an error once more; of entries of a list, `begin` is the place of the first one."""
    context = error.get("ctx", {})
    what = PydanticCustomError("invalid", "{sentence}", context) if error["type"] == "invalid" else error["type"]
    loc = error["loc"]
    if begin:
        loc = (int(loc[0]) + begin, *loc[1:])
    return InitErrorDetails(type=what, loc=loc, input=error["input"], ctx=context)


def _line(told: Wrong, remains: Remains) -> InitErrorDetails:
    return InitErrorDetails(type=wrong(told.code, told.sentence), loc=remains.locate(told.path), input=None)
