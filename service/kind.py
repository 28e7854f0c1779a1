"""What a kind of order declares. One file or folder under `service/kinds/` each; `service.kinds.shelf` finds them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from service.exchange import Conversation
from service.order import Order
from service.order_request.model import OrderRequest


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
    #: XML elements never shown, and fields never returned
    secret_elements: frozenset[str] = frozenset()
    secret_fields: frozenset[str] = frozenset()
    #: sending it a second time does no harm once searches found nothing
    safe_to_resend: bool = False
    #: an example body, for documents and the first run
    example: Mapping[str, Any] | None = None
