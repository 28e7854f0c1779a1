"""Lists of parts of which many may be wrong: read until enough is told, since telling takes longer than all else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pydantic import GetCoreSchemaHandler, ValidationError, ValidatorFunctionWrapHandler
from pydantic_core import CoreSchema, InitErrorDetails, core_schema

from service.order_request.rules import again
from service.order_request.shape import wrong


@dataclass(frozen=True, slots=True)
class UntilEnough:
    """Beside a list of parts: each wrong one is told whole, and none once more than `most` errors are."""

    most: int
    #: what is said of a list of which not all is told; nothing where an answer lists no more than that anyway
    more: str | None = None

    def __call__(self, value: Any, read: ValidatorFunctionWrapHandler) -> Any:
        """Return the parts; `read` stops at the first that is wrong, with all that is wrong with it."""
        try:
            return read(value)
        except ValidationError as failure:
            errors = failure.errors(include_url=False)
            # no list at all
            if not errors[0]["loc"]:
                raise
        raise ValidationError.from_exception_data("parts", self._told(value, read, errors))

    def _told(self, parts: list[Any], read: ValidatorFunctionWrapHandler, errors: list[Any]) -> list[InitErrorDetails]:
        told: list[InitErrorDetails] = []
        begin = 0
        while errors:
            told += [again(each, begin) for each in errors]
            if len(told) > self.most:
                more = self.more and InitErrorDetails(type=wrong(None, self.more), loc=(), input=None)
                return [*told, more] if more else told
            # all are of one part, and those behind it have not been looked at
            begin += int(errors[0]["loc"][0]) + 1
            errors = _errors(parts[begin:], read)
        return told

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        # a tuple of any number of parts
        return core_schema.no_info_wrap_validator_function(self, {**handler(source), "fail_fast": True})


def _errors(parts: list[Any], read: ValidatorFunctionWrapHandler) -> list[Any]:
    try:
        read(parts)
    except ValidationError as failure:
        return failure.errors(include_url=False)
    return []
