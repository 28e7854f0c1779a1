"""The part of an order's body that every kind shares: the client's own reference and strings, and when to send it."""

from __future__ import annotations

import re
import time
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from typing import Annotated, Final

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema

from service import times
from service.order import Remark
from service.order_request.shape import Shape, wrong

_REFERENCE = re.compile(r"(?=.*[A-Za-z0-9-])[A-Za-z0-9 -]{1,40}", re.ASCII)
#: what neither XML nor a page can show
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
#: days that an order may be sent later: its numbers wait as long
_DAYS_AHEAD: Final = 30


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


def _moment(value: object) -> int:
    try:
        moment = times.parse(value if isinstance(value, str) else "")
    except ValueError as error:
        raise wrong(None, f"This {error}.") from None
    if not 0 <= moment <= (time.time() + _DAYS_AHEAD * 86_400) * 1000:
        raise wrong(None, f"Give a time at most {_DAYS_AHEAD} days ahead; with one in the past it is sent at once.")
    return moment


#: a time with its zone; ms since 1970 once validated
_Moment = Annotated[int, BeforeValidator(_moment), WithJsonSchema({"type": "string", "format": "date-time"})]


class OrderRequest(Shape, ABC):
    """What every kind's body carries beside its own fields. `service.order_request.reading` reads it."""

    #: the client's own reference, sent to Bandwidth as CustomerOrderId (error 5052)
    customer_order_id: (
        Annotated[str, AfterValidator(_reference), Field(json_schema_extra={"pattern": "^[A-Za-z0-9 -]{1,40}$"})] | None
    ) = None
    #: the client's own strings, returned as they are, never sent
    metadata: Mapping[Annotated[str, _kept(64)], Annotated[str, _kept(512)]] = Field(
        default_factory=dict, max_length=20
    )
    #: it is sent no sooner: at most 30 days ahead, ISO 8601 with a zone
    not_before: _Moment | None = None

    @abstractmethod
    def numbers(self) -> Iterator[tuple[str, str]]:
        """Yield the JSON pointer of every telephone number in the body, and the number as ten digits."""

    def telephone_numbers(self) -> tuple[str, ...]:
        """Return the numbers alone: of thousands, pointers take longer to write than all else."""
        return tuple(number for _, number in self.numbers())

    def notices(self) -> Iterator[Remark]:
        """Yield warnings where Bandwidth's documents disagree and the order goes as given."""
        yield from ()
