"""The record's fields, and the order that is read from them.

Lists of numbers are kept once, packed in `numbers`; the request's groups keep how many of them are theirs.
"""

from __future__ import annotations

from dataclasses import fields as dataclass_fields
from typing import TYPE_CHECKING, Any, Final, Literal, TypeVar, cast

import orjson

from service.lifecycle import State
from service.order import Attention, Found, NewOrder, Order, Outcome, Outcomes, Remark, Waiting
from service.store.schema import require_known

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence


_S = TypeVar("_S", Attention, Outcome, Remark, Waiting)
#: what became of a number of which nothing is told
_PENDING: Final = Outcome()


def dumps(value: object) -> str:
    """Write JSON; dataclasses become objects."""
    return orjson.dumps(value).decode()


def fields_of(order: NewOrder) -> dict[str, str]:
    """Return what the record holds from the start; parts that are empty take no room."""
    numbers, subjects = " ".join(order.telephone_numbers), " ".join(order.subjects)
    fields = {
        "kind": order.kind,
        "origin": "api",
        "family": order.family,
        "numbers": numbers,
        "subjects": "" if subjects == numbers else subjects,
        "request": dumps(_packed(order.request)),
        "customer_order_id": order.customer_order_id or "",
        "secrets": order.secrets or "",
        "not_before": "" if order.not_before is None else str(order.not_before),
        "amends": order.amends or "",
        "retries": order.retries or "",
        "metadata": dumps(order.metadata) if order.metadata else "",
        "notices": dumps(order.notices) if order.notices else "",
        "client": order.client_id,
        "idempotency": idempotency_of(order) or "",
        "batch": order.batch.id if order.batch else "",
        "ordinal": order.batch.place if order.batch else "",
        "traceparent": order.traceparent,
    }
    return {name: value for name, value in fields.items() if value}


def fields_of_found(found: Found, kind_name: str, family: str, traceparent: str) -> dict[str, str]:
    """Return what the record of an order placed elsewhere holds from the start."""
    numbers, subjects = " ".join(found.telephone_numbers), " ".join(dict.fromkeys(found.telephone_numbers))
    fields = {
        "kind": kind_name,
        "origin": "external",
        "family": family,
        "numbers": numbers,
        "subjects": "" if subjects == numbers else subjects,
        "request": dumps(_packed(found.request)),
        "customer_order_id": found.customer_order_id or "",
        "bandwidth_order_id": found.bandwidth_order_id,
        "bandwidth_status": found.status or "",
        "traceparent": traceparent,
    }
    return {name: value for name, value in fields.items() if value}


def idempotency_of(order: NewOrder) -> str | None:
    """Return what names the client's Idempotency-Key among all clients'."""
    return idempotency(order.client_id, order.idempotency_key) if order.idempotency_key else None


def idempotency(client_id: str, key: str) -> str:
    """Return what names a client's Idempotency-Key among all clients'."""
    return f"{client_id}:{key}"


def order_of(account_id: str, order_id: str, fields: Mapping[str, str], held_by: str | None = None) -> Order:
    """Read an order from its record; whom it is held by stands in none."""
    require_known(fields, f"Order {order_id}")
    numbers = tuple(fields.get("numbers", "").split())
    notices = remarks_of(fields.get("notices"))
    return Order(
        id=order_id,
        account_id=account_id,
        kind=fields["kind"],
        state=State(fields["state"]),
        version=int(fields["version"]),
        origin=cast("Literal['api', 'external']", fields["origin"]),
        customer_order_id=fields.get("customer_order_id"),
        telephone_numbers=numbers,
        request=_unpacked(orjson.loads(fields["request"]), numbers),
        secrets=fields.get("secrets"),
        metadata=orjson.loads(fields["metadata"]) if "metadata" in fields else {},
        held_by=held_by,
        bandwidth_order_id=fields.get("bandwidth_order_id"),
        bandwidth_status=fields.get("bandwidth_status"),
        announced=fields.get("announced"),
        amends=fields.get("amends"),
        amended_by=fields.get("amended_by"),
        batch_id=fields.get("batch"),
        retries=fields.get("retries"),
        retried_by=fields.get("retried_by"),
        traceparent=fields.get("traceparent"),
        default_outcome=outcome_of(fields["default_outcome"]) if "default_outcome" in fields else _PENDING,
        completed_numbers=int(fields.get("completed_numbers", 0)),
        failed_numbers=int(fields.get("failed_numbers", 0)),
        errors=remarks_of(fields.get("errors")),
        warnings=notices + remarks_of(fields.get("warnings")),
        attention=_made(Attention, orjson.loads(fields["attention"])) if "attention" in fields else None,
        waiting=_made(Waiting, orjson.loads(fields["waiting"])) if "waiting" in fields else None,
        **_times(fields),
        **_counters(fields),
    )


def outcomes_of(outcomes: Outcomes) -> tuple[str, dict[str, str]]:
    """Return the default outcome and the differing ones as JSON."""
    differing = {number: _compact(outcome) for number, outcome in outcomes.differing.items()}
    return _compact(outcomes.default), differing


def outcome_of(text: str) -> Outcome:
    """Read one number's outcome."""
    return _made(Outcome, orjson.loads(text))


def remarks_of(text: str | None) -> tuple[Remark, ...]:
    """Read errors or warnings."""
    if not text:
        return ()
    kept = orjson.loads(text)
    return tuple(_made(Remark, {**each, "telephone_numbers": tuple(each["telephone_numbers"])}) for each in kept)


def remarks_json(remarks: Iterable[Remark]) -> str:
    """Write errors or warnings."""
    return dumps(tuple(remarks))


def _compact(outcome: Outcome) -> str:
    parts = {name: getattr(outcome, name) for name in Outcome.__dataclass_fields__}
    return dumps({name: value for name, value in parts.items() if value is not None})


def _made(shape: type[_S], said: Mapping[str, Any]) -> _S:
    """Make what is kept; a field that only a later release knows is passed over (`schema.py`)."""
    return shape(**{field.name: said[field.name] for field in dataclass_fields(shape) if field.name in said})


_TIMES = (
    *("created_at", "updated_at", "not_before", "next_look_at", "aside_since"),
    *("first_sent_at", "received_at", "checked_at", "completed_at", "uncertain_since"),
)
_COUNTERS = ("attempts", "searches", "looks", "failures", "resends", "conflicts")


def _times(fields: Mapping[str, str]) -> dict[str, Any]:
    return {name: int(fields[name]) for name in _TIMES if name in fields}


def _counters(fields: Mapping[str, str]) -> dict[str, Any]:
    return {name: int(fields[name]) for name in _COUNTERS if name in fields}


def _packed(request: Mapping[str, Any]) -> Mapping[str, Any]:
    if "groups" not in request:
        return request
    groups = [{**group, "telephone_numbers": len(group.get("telephone_numbers", ()))} for group in request["groups"]]
    return {**request, "groups": groups}


def _unpacked(request: dict[str, Any], numbers: Sequence[str]) -> Mapping[str, Any]:
    start = 0
    for group in request.get("groups", ()):
        end = start + group["telephone_numbers"]
        group["telephone_numbers"] = list(numbers[start:end])
        start = end
    return request
