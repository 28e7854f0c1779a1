"""The part of an order's body that every kind shares: the client's own reference and its own strings."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from typing import Annotated

from pydantic import AfterValidator, Field

from service.order import Remark
from service.order_request.shape import Shape, wrong

_REFERENCE = re.compile(r"(?=.*[A-Za-z0-9-])[A-Za-z0-9 -]{1,40}", re.ASCII)
#: what neither XML nor a page can show
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


def _reference(text: str) -> str:
    if _REFERENCE.fullmatch(text):
        return text
    raise wrong("5052", "Give 1 to 40 letters, digits, dashes and spaces, or leave it out.")


def _kept(longest: int) -> AfterValidator:
    def read(text: str) -> str:
        if len(text) > longest:
            raise wrong(None, f"Give at most {longest} characters.")
        if _CONTROL.search(text):
            raise wrong(None, "Remove control characters.")
        return text

    return AfterValidator(read)


class OrderRequest(Shape, ABC):
    """What every kind's body carries beside its own fields. `service.order_request.reading` reads it."""

    #: the client's own reference, sent to Bandwidth as CustomerOrderId (error 5052)
    customer_order_id: Annotated[str, AfterValidator(_reference)] | None = None
    #: the client's own strings, returned as they are, never sent
    metadata: Mapping[Annotated[str, _kept(64)], Annotated[str, _kept(512)]] = Field(
        default_factory=dict, max_length=20
    )

    @abstractmethod
    def numbers(self) -> Iterator[tuple[str, str]]:
        """Yield the JSON pointer of every telephone number in the body, and the number as ten digits."""

    def notices(self) -> Iterator[Remark]:
        """Yield warnings where Bandwidth's documents disagree and the order goes as given."""
        yield from ()
