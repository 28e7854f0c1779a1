"""Fields that Bandwidth's orders are made of: telephone numbers, words of a closed list, switches, text."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Final, Literal

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    ValidatorFunctionWrapHandler,
    WithJsonSchema,
    WrapValidator,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

from service import telephone_numbers
from service.order_request.shape import wrong

UNCHANGED: Final = "unchanged"
SYSTEM_DEFAULT: Final = "systemDefault"
#: clears where a setting is changed in place; JSON false stands for it too
CLEARED: Final = "false"

#: what XML 1.0 cannot carry, however it is escaped (section 2.2, Char)
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def _ten_digits(text: str) -> str:
    try:
        return telephone_numbers.parse(text)
    except ValueError as error:
        raise wrong("5070", f"This {error}.") from None


#: a number in any usual notation; ten digits once validated (Bandwidth's 5070)
TelephoneNumber = Annotated[
    str,
    AfterValidator(_ten_digits),
    Field(
        json_schema_extra={
            "maxLength": telephone_numbers.LONGEST,
            "pattern": telephone_numbers.NOTATION,
            "examples": ["2018551020", "+12018551020", "(201) 855-1020"],
        }
    ),
]


def _all_at_once(value: object, each: ValidatorFunctionWrapHandler) -> Sequence[str]:
    if isinstance(value, list) and telephone_numbers.are_bare(value):
        return tuple(value)
    numbers: Sequence[str] = each(value)
    return numbers


#: any number of them; most callers send ten digits each, which are looked at all at once
TelephoneNumbers = Annotated[tuple[TelephoneNumber, ...], WrapValidator(_all_at_once)]


def carried(text: str) -> str:
    """Return a text that XML can carry; refuse any other."""
    if _NOT_XML.search(text):
        raise wrong(None, "Remove control characters: XML cannot carry them.")
    return text


def _one_line(text: str) -> str:
    if not text.strip() or re.search("[\t\n\r]", text):
        raise wrong("1012" if not text else None, "Give a text on one line, not blank.")
    return carried(text)


#: a text on one line that says something
Line = Annotated[str, AfterValidator(_one_line)]
#: a string that XML can carry
Text = Annotated[str, AfterValidator(carried)]


@dataclass(frozen=True, slots=True)
class OneOf:
    """A word of a closed list, taken in any case and kept in the published one; `switch` stands for true and false."""

    code: str | None
    words: tuple[str, ...]
    switch: tuple[str, str] | None = None

    def __call__(self, value: object) -> str | None:
        """Return the published spelling."""
        if value is None:
            return None
        if isinstance(value, bool) and self.switch:
            return self.switch[0] if value else self.switch[1]
        for word in self.words if isinstance(value, str) else ():
            if word.lower() == str(value).lower():
                return word
        raise wrong(self.code, f"Give one of: {', '.join(self.words)}.")

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_before_validator_function(self, handler(source))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        words: JsonSchemaValue = {"type": "string", "enum": list(self.words)}
        if handler.mode == "serialization":
            return {"anyOf": [words, {"type": "null"}]}
        switch = [{"type": "boolean"}] if self.switch else [{"const": False}] if CLEARED in self.words else []
        return {"anyOf": [words, *switch, {"type": "null"}]}


@dataclass(frozen=True, slots=True)
class Special:
    """A value in a form of its own, or one of Bandwidth's words that stand for leaving it or clearing it."""

    read: Callable[[str], str]
    code: str | None
    expected: str
    words: tuple[str, ...] = (UNCHANGED, SYSTEM_DEFAULT)

    def __call__(self, value: object) -> str | None:
        """Return the word as published, else the value as `read` understands it."""
        if value is None:
            return None
        if not isinstance(value, str):
            raise wrong(self.code, self.expected)
        for word in self.words:
            if word.lower() == value.lower():
                return word
        return self.read(carried(value))

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_before_validator_function(self, handler(source))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return {**handler(schema), "description": self.expected}


def counting(code: str, expected: str) -> BeforeValidator:
    """Take whole numbers greater than zero, as numbers or as digits."""

    def read(value: object) -> int:
        digits = str(value) if isinstance(value, int | str) and not isinstance(value, bool) else ""
        if re.fullmatch("[0-9]{1,9}", digits, re.ASCII) and int(digits) > 0:
            return int(digits)
        raise wrong(code, expected)

    return BeforeValidator(read)


def text_between(shortest: int, longest: int) -> AfterValidator:
    """Take a text of so many characters (Bandwidth's 1011 and 1012)."""

    def read(text: str) -> str:
        if shortest <= len(text) <= longest:
            return carried(text)
        raise wrong("1012" if len(text) < shortest else "1011", f"Give {shortest} to {longest} characters.")

    return AfterValidator(read)


def digits_of(value: Any) -> Any:
    """Return a whole number as text: clients write ids both ways."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _cleared(value: Any) -> Any:
    return CLEARED if value is False else value


#: beside a field that `false` clears, and beside one that may also be left out
Clearing: Final = BeforeValidator(_cleared, json_schema_input_type=str | Literal[False])
OptionalClearing: Final = BeforeValidator(_cleared, json_schema_input_type=str | Literal[False] | None)


def _identifier(text: str) -> str:
    if re.fullmatch("[0-9]{1,18}", text, re.ASCII):
        # 02 and 2 are one site, and must stand in one line
        return str(int(text))
    raise wrong(None, "Give Bandwidth's id: digits only.")


#: an id of Bandwidth's that becomes a part of a path: a site's, a SIP peer's
Identifier = Annotated[
    str,
    AfterValidator(_identifier),
    BeforeValidator(
        digits_of,
        json_schema_input_type=Annotated[str, Field(pattern="^[0-9]{1,18}$")] | Annotated[int, Field(ge=0, lt=10**18)],
    ),
]
#: JSON true and false beside the words: sent as `true` and `false`
TrueFalse = Annotated[str | None, OneOf(None, ("true", "false"), ("true", "false"))]
#: documentation of a field that is never returned
WRITE_ONLY: Final = WithJsonSchema({"type": ["string", "null"], "writeOnly": True})
