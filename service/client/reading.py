"""JSON into models: lenient, so that a newer tracker does not break an older client.

What a model does not know stays in `raw`. What the answer lacks, or has in another form, is the field's default; only
a field without a default must be there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import datetime
from functools import cache, partial
from types import NoneType, UnionType
from typing import Any, Final, TypeVar, get_args, get_origin, get_type_hints

from service.client.errors import UnexpectedAnswer
from service.client.models.model import Model

M = TypeVar("M", bound=Model)

_Read = Callable[[Any], Any]


def read(model: type[M], value: object) -> M:
    """Return a model of a JSON object; raises UnexpectedAnswer."""
    try:
        found: M = _model(model, value)
    except ValueError as error:
        raise UnexpectedAnswer(f"{model.__name__} cannot be read from the answer: {error}.") from None
    return found


def read_all(model: type[M], value: object, name: str) -> tuple[M, ...]:
    """Return the models of a list that stands under a name of a JSON object; raises UnexpectedAnswer."""
    found = value.get(name) if isinstance(value, Mapping) else None
    if not isinstance(found, list):
        raise UnexpectedAnswer(f"The answer has no list {name!r}.")
    return tuple(read(model, each) for each in found)


def _model(model: Any, value: object) -> Any:
    if not isinstance(value, Mapping):
        raise ValueError(f"{_kind(value)} is no object")  # noqa: TRY004  (what a server says is no type of ours)
    found: dict[str, Any] = {}
    for name, reads, required in _plan(model):
        given = value.get(name)
        if given is None and not required:
            continue
        try:
            found[name] = reads(given)
        except ValueError as error:
            if required:
                raise ValueError(f"`{name}`: {error}") from None
    return model(**found, raw=value)


@cache
def _plan(model: type[Model]) -> tuple[tuple[str, _Read, bool], ...]:
    """Return each field's name, what reads it, and whether it must be there."""
    hints = get_type_hints(model)
    return tuple(
        (each.name, _reader(hints[each.name]), each.default is MISSING and each.default_factory is MISSING)
        for each in fields(model)
        if each.name != "raw"
    )


def _reader(hint: Any) -> _Read:
    if isinstance(hint, UnionType):
        (hint,) = (each for each in get_args(hint) if each is not NoneType)
    if is_dataclass(hint):
        return partial(_model, hint)
    if hint is datetime:
        return _time
    if get_origin(hint) is tuple:
        return partial(_list, _reader(get_args(hint)[0]))
    if get_origin(hint) is Mapping:
        values = get_args(hint)[1]
        return partial(_checked, (dict,)) if values is Any else partial(_mapping, _reader(values))
    return partial(_checked, _JSON[hint])


#: what of JSON fits a type
_JSON: Final[dict[Any, tuple[type, ...]]] = {
    str: (str,),
    bool: (bool,),
    int: (int,),
    float: (int, float),
}


def _checked(types: tuple[type, ...], value: Any) -> Any:
    if not isinstance(value, types) or (isinstance(value, bool) and int in types):
        raise ValueError(f"{_kind(value)} does not fit")
    return value


def _list(reads: _Read, value: Any) -> tuple[Any, ...]:
    if not isinstance(value, list):
        raise ValueError(f"{_kind(value)} is no list")  # noqa: TRY004  (what a server says is no type of ours)
    return tuple(reads(each) for each in value)


def _mapping(reads: _Read, value: Any) -> dict[str, Any]:
    return {name: reads(each) for name, each in _checked((dict,), value).items() if each is not None}


def _time(value: Any) -> datetime:
    found = datetime.fromisoformat(_checked((str,), value))
    if found.tzinfo is None:
        raise ValueError("a time without a zone")
    return found


def _kind(value: object) -> str:
    return "nothing" if value is None else f"a {type(value).__name__}"
