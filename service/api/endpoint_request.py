"""What a caller may say of an endpoint: a wish is read from the body, or every field that is wrong."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Annotated, Any, Final

from pydantic import AfterValidator, Field, StringConstraints, ValidationError, ValidationInfo

from service.errors import FieldError, InvalidEndpoint
from service.event import TYPES
from service.events.endpoints import Wish
from service.kinds import shelf
from service.order_request.reading import pointer
from service.order_request.shape import Shape, wrong

if TYPE_CHECKING:
    from collections.abc import Callable

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


class _Body(Shape):
    url: Annotated[str, AfterValidator(_allowed)] = ""
    description: Annotated[str, StringConstraints(max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$")] = ""
    types: Annotated[tuple[Annotated[str, AfterValidator(_type)], ...], Field(max_length=_MOST)] = ()
    kinds: Annotated[tuple[Annotated[str, AfterValidator(_kind)], ...], Field(max_length=_MOST)] = ()
    enabled: Annotated[bool, Field(strict=True)] = True


#: what pydantic finds, said as an instruction
_SENTENCES: Final = {
    "extra_forbidden": f"Unknown field; known are {', '.join(_Body.model_fields)}.",
    "string_type": "Give a string.",
    "string_unicode": "Give a string of valid Unicode.",
    "tuple_type": "Give a list of strings.",
    "bool_type": "Give true or false.",
    "string_too_long": "Give at most 200 characters.",
    "string_pattern_mismatch": "Give one line of text.",
    "too_long": "Give fewer entries.",
    "model_type": "Give an object.",
    "model_attributes_type": "Give an object.",
}


def read(body: object, check_url: Callable[[str], None], before: Wish | None = None) -> Wish:
    """Return what a parsed JSON body wishes; what it leaves out is as `before`.

    `check_url` raises ValueError with a sentence. Raises InvalidEndpoint with every wrong field at once.
    """
    errors: list[FieldError] = []
    try:
        said = _Body.model_validate(body, context=check_url)
    except ValidationError as failure:
        errors = [_wrong(each) for each in failure.errors(include_url=False, include_input=False)]
    if before is None and isinstance(body, dict) and "url" not in body:
        errors.insert(0, FieldError("/url", "Required: give it."))
    if errors:
        raise InvalidEndpoint(errors=tuple(errors))
    given: dict[str, Any] = {name: getattr(said, name) for name in said.model_fields_set}
    return replace(before, **given) if before else Wish(**{**asdict(Wish("")), **given})


def _wrong(error: ErrorDetails) -> FieldError:
    sentence = error.get("ctx", {}).get("sentence") or _SENTENCES.get(error["type"], error["msg"])
    return FieldError(pointer(error["loc"]), str(sentence))
