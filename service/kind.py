"""What a kind of order declares. One file under `service/kinds/` each; `service.kinds.shelf` finds them."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Protocol

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic_core import PydanticCustomError

from service import telephone_numbers
from service.exchange import Conversation
from service.order import Order, Remark


class Shape(BaseModel):
    """Base of every model that reads a request: unknown fields are wrong, values are frozen."""

    # an input may be a passcode, and an error's text may end in a log
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


def wrong(code: str | None, sentence: str, **values: object) -> PydanticCustomError:
    """Build a field's error with Bandwidth's own code, so that a client meets one vocabulary."""
    return PydanticCustomError("invalid", "{sentence}", {"sentence": sentence, "code": code, **values})


def _ten_digits(text: str) -> str:
    try:
        return telephone_numbers.parse(text)
    except ValueError as error:
        raise wrong("5070", f"This {error}.") from None


#: a number in any usual notation; ten digits once validated (Bandwidth's 5070)
TelephoneNumber = Annotated[str, AfterValidator(_ten_digits)]

_REFERENCE = re.compile(r"(?=.*[A-Za-z0-9-])[A-Za-z0-9 -]{1,40}", re.ASCII)


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


#: what neither XML nor a page can show
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


class OrderRequest(Shape, ABC):
    """What every kind's body carries beside its own fields. `service.door` reads it."""

    #: the client's own reference, sent to Bandwidth as CustomerOrderId (error 5052)
    customer_order_id: Annotated[str, AfterValidator(_reference)] | None = None
    #: the client's own strings, returned as they are, never sent
    metadata: Mapping[Annotated[str, _kept(64)], Annotated[str, _kept(512)]] = Field(
        default_factory=dict, max_length=20
    )

    @abstractmethod
    def numbers(self) -> Iterator[tuple[str, str]]:
        """Yield every telephone number with the JSON pointer of its place in the body."""

    def notices(self) -> Iterator[Remark]:
        """Yield warnings where Bandwidth's documents disagree and the order goes as given."""
        yield from ()


class Look(Protocol):
    """A conversation about one order; `request` is the whole request, secrets included."""

    def __call__(self, order: Order, request: Any, /) -> Conversation: ...  # noqa: D102


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of order: its shape, its lines, and how to talk to Bandwidth about it."""

    #: as in the URL: `tn-options`
    name: str
    title: str
    model: type[OrderRequest]
    #: the line its orders stand in: two open orders of one family never name the same subject at Bandwidth
    family: str
    #: what it stands in line for, from the validated request
    subjects: Callable[[Any], tuple[str, ...]]
    submit: Look
    find: Look
    check: Look
    #: seconds to the first, second, ... check after Bandwidth has the order; the last one repeats
    looks: tuple[float, ...]
    #: OrderType in Bandwidth's callbacks, in lower case, in every spelling seen
    callback_names: frozenset[str]
    #: OrderType of its subscription, in the order to try
    subscription_names: tuple[str, ...]
    #: XML elements never shown, and fields never returned
    secret_elements: frozenset[str] = frozenset()
    secret_fields: frozenset[str] = frozenset()
    #: XML elements and fields that need the scope `read:personal`
    personal_elements: frozenset[str] = frozenset()
    personal_fields: frozenset[str] = frozenset()
    #: sending it a second time does no harm once searches found nothing
    safe_to_resend: bool = False
    #: an example body, for documents and the first run
    example: Mapping[str, Any] | None = None
