"""A client's request on its way in and out of the store: read, its secrets sealed, and whole again for Bandwidth."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson

from service.errors import FieldError, InvalidOrder
from service.identifiers import new_id
from service.order import NewOrder
from service.order_request.reading import read_order
from service.sealing import hide, reveal

if TYPE_CHECKING:
    from service.kind import Kind
    from service.order import Order
    from service.order_request.model import OrderRequest
    from service.sealing import Sealer


class Requests:
    """Turns bodies into orders, and orders into what a kind sends."""

    def __init__(self, sealer: Sealer, max_numbers: int) -> None:
        self._sealer = sealer
        self._max_numbers = max_numbers

    def new_order(
        self,
        account_id: str,
        kind: Kind,
        body: object,
        client_id: str,
        idempotency_key: str | None,
        amends: Order | None = None,
    ) -> NewOrder:
        """Read a body as an order of a kind, or as the amendment of one; raises InvalidOrder with every wrong field."""
        request = read_order(kind.model, body, max_numbers=self._max_numbers)
        numbers = tuple(number for _, number in request.numbers())
        if amends:
            _require_the_same(numbers, amends)
        order_id = new_id()
        fields = request.model_dump(mode="json", exclude_none=True, exclude={"customer_order_id", "metadata"})
        shown, secrets = hide(fields, kind.secret_fields)
        return NewOrder(
            id=order_id,
            account_id=account_id,
            kind=kind.name,
            customer_order_id=request.customer_order_id,
            telephone_numbers=numbers,
            family=kind.family,
            subjects=kind.subjects(request),
            request=shown,
            secrets=self._sealer.seal(orjson.dumps(secrets).decode(), order_id) if secrets else None,
            metadata=request.metadata,
            amends=amends.id if amends else None,
            notices=tuple(request.notices()),
            client_id=client_id,
            idempotency_key=idempotency_key,
            fingerprint=self._fingerprint(account_id, _address(kind, amends), client_id, body)
            if idempotency_key
            else "",
        )

    def unsealed(self, order: Order, kind: Kind) -> OrderRequest:
        """Return the request with its secrets, while they are kept; raises ValueError under another key."""
        held = orjson.loads(self._sealer.open(order.secrets, order.id)) if order.secrets else {}
        fields: Any = reveal(order.request, kind.secret_fields, held)
        if order.customer_order_id:
            fields["customer_order_id"] = order.customer_order_id
        return kind.model.model_validate(fields)

    def _fingerprint(self, account_id: str, address: str, client_id: str, body: object) -> str:
        # the parsed body, keys sorted: the same order written with other blanks is the same order
        canonical = orjson.dumps(body, option=orjson.OPT_SORT_KEYS)
        return self._sealer.fingerprint(account_id.encode(), address.encode(), client_id.encode(), canonical)


def _address(kind: Kind, amends: Order | None) -> str:
    return f"{kind.name} {amends.id}" if amends else kind.name


def _require_the_same(numbers: tuple[str, ...], amends: Order) -> None:
    """Refuse an amendment of other numbers: Bandwidth's PUT replaces everything that its order asks for."""
    if set(numbers) != set(amends.telephone_numbers):
        raise InvalidOrder(
            errors=(FieldError("/groups", "Name exactly the numbers of the order that you change, each once."),)
        )
