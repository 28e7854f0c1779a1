"""What a kind of order declares. One file or folder under `service/kinds/` each; `service.kinds.shelf` finds them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from service.asking import Useless
from service.exchange import Conversation, Talk
from service.order import Found, Order
from service.order_request.model import OrderRequest
from service.order_resource.vocabulary import OrderXml
from service.survey import Survey


class Adopt(Protocol):
    """A conversation about an order that somebody placed elsewhere, by the id that Bandwidth gave it."""

    def __call__(self, account_id: str, bandwidth_order_id: str, /) -> Talk[Found | Useless]: ...  # noqa: D102


class Ask(Protocol):
    """A conversation about many orders at once, by Bandwidth's ids; `days` are those that its list must tell of."""

    def __call__(  # noqa: D102
        self, account_id: str, days: Sequence[date], ids: frozenset[str], /
    ) -> Talk[Survey | Useless]: ...


class Look(Protocol):
    """A conversation about one order; `request` is the whole request, secrets included."""

    def __call__(self, order: Order, request: Any, /) -> Conversation: ...  # noqa: D102


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of order: its shape, its lines, and how to talk to Bandwidth about it."""

    #: as in the URL: `tn-options`
    name: str
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
    #: OrderType of its subscription at Bandwidth: its spellings, in the order to try
    subscription_names: tuple[str, ...]
    #: spellings of its OrderType in callbacks, in lower case
    callback_names: tuple[str, ...] = ()
    #: fetches an order placed elsewhere; None where Bandwidth has no orders of it
    adopt: Adopt | None = None
    #: asks one list which of many orders have moved; None where Bandwidth has no list of them
    survey: Ask | None = None
    #: asks one list for many orders whole, where Bandwidth's can tell them
    tell: Ask | None = None
    #: its orders in Bandwidth's XML; None where Bandwidth has no orders of it
    xml: OrderXml | None = None
    #: an open order can be changed by another with the same numbers
    amendable: bool = False
    #: XML elements never shown, and fields never returned
    secret_elements: frozenset[str] = frozenset()
    secret_fields: frozenset[str] = frozenset()
    #: the same of names and addresses of people, for callers without `read:personal`; they are stored whole
    personal_elements: frozenset[str] = frozenset()
    personal_fields: frozenset[str] = frozenset()
    #: sending it a second time does no harm once searches found nothing
    safe_to_resend: bool = False
    #: an example body, for documents and the first run
    example: Mapping[str, Any] | None = None
