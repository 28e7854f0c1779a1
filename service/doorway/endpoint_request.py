"""What a caller may say of an endpoint, and of a replay: read from the body, or every field that is wrong."""

from __future__ import annotations

import time
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Annotated, Any, Final, TypeAlias

from pydantic import (
    AfterValidator,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    ValidationInfo,
)

from service import times
from service.errors import FieldError, InvalidEndpoint, InvalidReplay
from service.event import TYPES
from service.events.endpoints import Wish
from service.kinds import shelf
from service.order_request.reading import LISTED, pointer
from service.order_request.shape import Shape, wrong
from service.order_request.size import too_large

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pydantic_core import ErrorDetails

#: entries of a filter; more than there are is a mistake
_MOST: Final = 50


def _allowed(url: str, info: ValidationInfo) -> str:
    try:
        info.context(url)  # type: ignore[misc]  # read gives it
    except ValueError as error:
        raise wrong(None, str(error)) from None
    return url


def _type(word: str) -> str:
    if word not in TYPES:
        raise wrong(None, f"Give one of: {', '.join(TYPES)}.")
    return word


def _kind(word: str) -> str:
    if word not in shelf():
        raise wrong(None, f"Give one of: {', '.join(sorted(shelf()))}.")
    return word


def _all_kinds(schema: dict[str, Any]) -> None:
    schema["enum"] = sorted(shelf())


def _past(text: str) -> str:
    try:
        at = times.parse(text)
    except ValueError as error:
        raise wrong(None, f"This {error}.") from None
    if at > time.time() * 1000:
        raise wrong(None, "Give a time that has passed.")
    return text


def _few(value: object) -> object:
    # `max_length` alone is held against what has been read
    if isinstance(value, list) and len(value) > _MOST:
        raise wrong(None, f"Give at most {_MOST} entries.")
    return value


_Types: TypeAlias = Annotated[
    tuple[Annotated[str, AfterValidator(_type), Field(json_schema_extra={"enum": [*TYPES]})], ...],
    Field(max_length=_MOST),
    BeforeValidator(_few),
]


class EndpointRequest(Shape):
    """What is to be of an endpoint; what is left out stays as it is."""

    url: Annotated[
        str,
        AfterValidator(_allowed),
        Field(
            description="https to a public host; others where TRACKER_OUTGOING_ALLOW says so.",
            json_schema_extra={"format": "uri", "pattern": "^https?://"},
        ),
    ] = ""
    description: Annotated[str, StringConstraints(max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$")] = ""
    types: Annotated[_Types, Field(description="What it is told of; empty: everything.")] = ()
    kinds: Annotated[
        tuple[Annotated[str, AfterValidator(_kind), Field(json_schema_extra=_all_kinds)], ...],
        Field(max_length=_MOST, description="Of which kinds of orders it is told; empty: all."),
        BeforeValidator(_few),
    ] = ()
    enabled: Annotated[bool, Field(strict=True)] = True


class NewEndpointRequest(EndpointRequest):
    """What a new endpoint is to be."""

    model_config = ConfigDict(json_schema_extra={"required": ["url"]})


class ReplayRequest(Shape):
    """Which events an endpoint is to get again."""

    since: Annotated[
        str,
        AfterValidator(_past),
        Field(description="Time of the first one.", json_schema_extra={"format": "date-time"}),
    ]
    types: Annotated[_Types, Field(description="These only; empty: all that the endpoint is told of.")] = ()


#: what pydantic finds, said as an instruction
_SENTENCES: Final = {
    "missing": "Required: give it.",
    "string_type": "Give a string.",
    "string_unicode": "Give a string of valid Unicode.",
    "tuple_type": "Give a list of strings.",
    "bool_type": "Give true or false.",
    "string_too_long": "Give at most 200 characters.",
    "string_pattern_mismatch": "Give one line of text.",
    "model_type": "Give an object.",
    "model_attributes_type": "Give an object.",
}


def read(body: object, check_url: Callable[[str], None], before: Wish | None = None) -> Wish:
    """Return what a parsed JSON body wishes; what it leaves out is as `before`.

    `check_url` raises ValueError with a sentence. Raises InvalidEndpoint with every wrong field at once.
    """
    errors: list[FieldError] = []
    if found := too_large(body):
        raise InvalidEndpoint(errors=(FieldError(pointer(found.path), found.sentence),))
    try:
        said = EndpointRequest.model_validate(body, context=check_url)
    except ValidationError as failure:
        errors = _wrong(failure, EndpointRequest)
    if before is None and isinstance(body, dict) and "url" not in body:
        errors.insert(0, FieldError("/url", "Required: give it."))
    if errors:
        raise InvalidEndpoint(errors=tuple(errors))
    given: dict[str, Any] = {name: getattr(said, name) for name in said.model_fields_set}
    return replace(before, **given) if before else Wish(**{**asdict(Wish("")), **given})


def read_replay(body: object) -> tuple[int, Sequence[str]]:
    """Return since when (ms since 1970) events are to be delivered again, and of which types; none: of all.

    Raises InvalidReplay with every wrong field at once.
    """
    if found := too_large(body):
        raise InvalidReplay(errors=(FieldError(pointer(found.path), found.sentence),))
    try:
        said = ReplayRequest.model_validate(body)
    except ValidationError as failure:
        raise InvalidReplay(errors=tuple(_wrong(failure, ReplayRequest))) from None
    return max(0, times.parse(said.since)), said.types


def _wrong(failure: ValidationError, shape: type[Shape]) -> list[FieldError]:
    def sentence(error: ErrorDetails) -> str:
        if error["type"] == "extra_forbidden":
            return f"Unknown field; known are {', '.join(shape.model_fields)}."
        said: str = error.get("ctx", {}).get("sentence") or _SENTENCES.get(error["type"], error["msg"])
        return said

    return [
        FieldError(pointer(each["loc"]), sentence(each))
        for each in failure.errors(include_url=False, include_input=False)[:LISTED]
    ]
