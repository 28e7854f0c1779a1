"""Orders whose body is groups: telephone numbers, and what all numbers of a group get."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import TYPE_CHECKING, Annotated, ClassVar, TypeAlias, TypeVar

from pydantic import ConfigDict, Field, field_validator

from service.order_request.fields import TelephoneNumbers
from service.order_request.many import UntilEnough
from service.order_request.model import OrderRequest
from service.order_request.reading import LISTED
from service.order_request.rules import Ruled, Wrong
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
#: at least one group of a kind
Groups: TypeAlias = Annotated[tuple[G, ...], UntilEnough(LISTED), Field(json_schema_extra={"minItems": 1})]


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
