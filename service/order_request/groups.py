"""Orders whose body is groups: telephone numbers, and what all numbers of a group get."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, TypeAlias, TypeVar

from pydantic import (
    ConfigDict,
    FailFast,
    Field,
    ValidationError,
    ValidatorFunctionWrapHandler,
    WrapValidator,
    field_validator,
)
from pydantic_core import InitErrorDetails

from service.order_request.fields import TelephoneNumbers
from service.order_request.model import OrderRequest
from service.order_request.reading import LISTED
from service.order_request.rules import Ruled, Wrong, again
from service.order_request.shape import needing, wrong


class Group(Ruled):
    """Telephone numbers that get the same; a kind adds what that is."""

    model_config = ConfigDict(json_schema_extra=needing("telephone_numbers"))

    telephone_numbers: TelephoneNumbers = Field(default=(), json_schema_extra={"minItems": 1})

    def rules(self) -> Iterator[Wrong]:
        """Yield what this group alone proves wrong, with the code of Bandwidth's error catalogue."""
        if not self.telephone_numbers:
            yield Wrong(("telephone_numbers",), "5073", "Give at least one telephone number.")


G = TypeVar("G", bound=Group)


def _until_enough(value: Any, read: ValidatorFunctionWrapHandler) -> Any:
    """Read groups, each with all that is wrong with it, until there are more errors than one answer lists."""
    told: list[InitErrorDetails] = []
    begin = 0
    while len(told) <= LISTED:
        try:
            groups = read(value[begin:] if begin else value)
        except ValidationError as failure:
            errors = failure.errors(include_url=False)
            if not errors[0]["loc"]:
                raise
            told += [again(error, begin) for error in errors]
            # all errors are of one group, the first that is wrong
            begin += int(errors[0]["loc"][0]) + 1
        else:
            if not told:
                return groups
            break
    raise ValidationError.from_exception_data("groups", told)


#: at least one group of a kind
Groups: TypeAlias = Annotated[
    tuple[G, ...], FailFast(), WrapValidator(_until_enough), Field(json_schema_extra={"minItems": 1})
]


class GroupedOrder(OrderRequest):
    """An order of groups; a kind names its own group."""

    #: Bandwidth's code for an order without numbers
    no_numbers: ClassVar[str] = "5073"

    # each kind declares the field itself, in its place: fields are read in the order of their declaration
    if TYPE_CHECKING:
        groups: Groups[Group]

    @field_validator("groups", check_fields=False)
    @classmethod
    def _some(cls, groups: tuple[Group, ...]) -> tuple[Group, ...]:
        if not groups:
            raise wrong(cls.no_numbers, "Give at least one group with telephone numbers.")
        return groups

    def numbers(self) -> Iterator[tuple[str, str]]:
        """Yield every number with its place."""
        for at, group in enumerate(self.groups):
            for position, number in enumerate(group.telephone_numbers):
                yield f"/groups/{at}/telephone_numbers/{position}", number

    def telephone_numbers(self) -> tuple[str, ...]:
        """Return every number."""
        return tuple(chain.from_iterable(group.telephone_numbers for group in self.groups))

    def subjects(self) -> tuple[str, ...]:
        """Return what the order stands in line for: every number."""
        return self.telephone_numbers()
