"""A client's request on its way in and out of the store: read, its secrets sealed, and whole again for Bandwidth."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import orjson

from service.errors import FieldError, InvalidOrder
from service.identifiers import new_id
from service.order import NewOrder
from service.order_request.reading import read_order
from service.order_request.retry import RetryRequest, remainder
from service.sealing import hide, reveal
from service.strict_json import canonical
from service.tracing import trace

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

    from service.kind import Kind
    from service.order import Membership, Order
    from service.order_request.model import OrderRequest
    from service.sealing import Sealer

#: what of a request stands in fields of its own in the record
_APART: Final = frozenset({"customer_order_id", "metadata", "not_before"})


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
        order_id: str | None = None,
    ) -> NewOrder:
        """Read a body as an order of a kind, or as the amendment of one; raises InvalidOrder with every wrong field."""
        request = read_order(kind.model, body, max_numbers=self._max_numbers)
        numbers = request.telephone_numbers()
        if amends:
            _require_the_same(numbers, amends)
        order_id = order_id or new_id()
        fields = request.model_dump(mode="json", exclude_none=True, exclude=set(_APART))
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
            not_before=request.not_before,
            amends=amends.id if amends else None,
            notices=tuple(request.notices()),
            client_id=client_id,
            idempotency_key=idempotency_key,
            fingerprint=self._fingerprint(account_id, _address(kind, amends), client_id, body)
            if idempotency_key
            else "",
            traceparent=str(trace.current() or ""),
        )

    def retry(
        self, order: Order, kind: Kind, left: AbstractSet[str], body: Any, client_id: str, idempotency_key: str | None
    ) -> NewOrder:
        """Return an order for the numbers `left` of an ended one, as a retry's body wants it.

        Raises InvalidOrder with every wrong field, and with every secret that must be given again.
        """
        said = read_order(RetryRequest, body)
        rest = remainder(order, kind.secret_fields, left, said.secrets, body)
        try:
            new = self.new_order(order.account_id, kind, rest.body, client_id, None)
        except InvalidOrder as wrong:
            raise rest.located(wrong) from None
        fingerprint = self.retry_fingerprint(order, body, client_id) if idempotency_key else ""
        return replace(
            new,
            retries=order.id,
            tried=order.retried_by,
            idempotency_key=idempotency_key,
            fingerprint=fingerprint,
        )

    def retry_fingerprint(self, order: Order, body: object, client_id: str) -> str:
        """Return what tells the retry of an order from other requests with the same Idempotency-Key."""
        return self._fingerprint(order.account_id, f"retry {order.id}", client_id, body)

    def repeat_fingerprint(
        self, account_id: str, kind: Kind, body: object, client_id: str, amends: Order | None = None
    ) -> str:
        """Return what tells a request apart from others of its client that name no Idempotency-Key."""
        return self._fingerprint(account_id, f"front {_address(kind, amends)}", client_id, body)

    def sealed(self, body: bytes, order_id: str) -> str:
        """Return a body, which is JSON, as it is kept until it becomes an order."""
        return self._sealer.seal(body.decode(), order_id)

    def member(self, account_id: str, kind: Kind, sealed: str, client_id: str, batch: Membership) -> NewOrder:
        """Return a planned order of a batch; raises InvalidOrder, or ValueError when it was sealed with another key."""
        body = orjson.loads(self._sealer.open(sealed, batch.order_id))
        return replace(self.new_order(account_id, kind, body, client_id, None, order_id=batch.order_id), batch=batch)

    def bulk_fingerprint(self, account_id: str, wish: str, client_id: str, digest: bytes) -> str:
        """Return what tells one body of many orders, and what is wanted of it, apart from others."""
        return self._sealer.fingerprint(account_id.encode(), wish.encode(), client_id.encode(), digest)

    def unsealed(self, order: Order, kind: Kind) -> OrderRequest:
        """Return the request with its secrets, while they are kept; raises ValueError under another key."""
        held = orjson.loads(self._sealer.open(order.secrets, order.id)) if order.secrets else {}
        fields: Any = reveal(order.request, kind.secret_fields, held)
        if order.customer_order_id:
            fields["customer_order_id"] = order.customer_order_id
        return kind.model.model_validate(fields)

    def _fingerprint(self, account_id: str, address: str, client_id: str, body: object) -> str:
        # the parsed body, keys sorted: the same order written with other blanks is the same order
        return self._sealer.fingerprint(account_id.encode(), address.encode(), client_id.encode(), canonical(body))


def _address(kind: Kind, amends: Order | None) -> str:
    return f"{kind.name} {amends.id}" if amends else kind.name


def _require_the_same(numbers: tuple[str, ...], amends: Order) -> None:
    """Refuse an amendment of other numbers: Bandwidth's PUT replaces everything that its order asks for."""
    if set(numbers) != set(amends.telephone_numbers):
        raise InvalidOrder(
            errors=(FieldError("/groups", "Name exactly the numbers of the order that you change, each once."),)
        )
