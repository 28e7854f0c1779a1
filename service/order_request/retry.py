"""Retrying: the body that asks for it, and what is left of the first request for a part of its numbers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from itertools import chain, islice
from typing import Any, Final

from pydantic import Field

from service.errors import FieldError, InvalidOrder
from service.order import Order
from service.order_request.model import OrderRequest
from service.order_request.reading import LISTED, pointer
from service.sealing import hide, reveal

#: the fields of a retry that stand for those of the first request
_OWN: Final = ("customer_order_id", "metadata", "not_before")


class RetryRequest(OrderRequest):
    """What a retry may say; the reference and the strings that it leaves out are those of the order it retries."""

    #: what the secret fields hold, by their JSON pointers in the order that is retried: they were not kept
    secrets: Mapping[str, str] = Field(default_factory=dict)

    def numbers(self) -> Iterator[tuple[str, str]]:
        """Yield nothing: which numbers are retried is decided by what became of them."""
        yield from ()


@dataclass(frozen=True, slots=True)
class Remainder:
    """The body of an order for what is left of another one."""

    body: Mapping[str, Any]
    #: where its secrets stand -> where the retry gave them, as JSON pointers
    places: Mapping[str, str]

    def located(self, wrong: InvalidOrder) -> InvalidOrder:
        """Return an error about the body with pointers into the retry."""
        errors = (replace(each, pointer=self.places.get(each.pointer, each.pointer)) for each in wrong.errors)
        return InvalidOrder(errors=tuple(errors))


def remainder(
    order: Order,
    secret_fields: frozenset[str],
    left: AbstractSet[str],
    secrets: Mapping[str, str],
    said: Mapping[str, Any],
) -> Remainder:
    """Return what is left of an order's request for the numbers `left`; groups without any of them are gone.

    `said` is the retry as it was written. Raises InvalidOrder with every secret that is missing, and every one that is
    not needed.
    """
    moved = _moved(order.request, left)
    places = _places(order, secret_fields, moved)
    _require_secrets(places.values(), secrets)
    body = reveal(order.request, secret_fields, secrets)
    if "groups" in body:
        body["groups"] = [_only(body["groups"][at], left) for at in moved]
    body |= {"customer_order_id": order.customer_order_id, "metadata": dict(order.metadata)}
    body |= {name: said[name] for name in _OWN if name in said}
    return Remainder(body, {now: pointer(("secrets", then)) for now, then in places.items()})


def secrets_of(order: Order, secret_fields: frozenset[str], left: AbstractSet[str]) -> tuple[str, ...]:
    """Return where secrets stood in an order that a retry of the numbers `left` must give again, as JSON pointers."""
    return tuple(_places(order, secret_fields, _moved(order.request, left)).values())


def _places(order: Order, secret_fields: frozenset[str], moved: Mapping[int, int]) -> dict[str, str]:
    """Return where secrets stand in what is left of an order -> where they stood in it."""
    _, masked = hide(order.request, secret_fields)
    return {now: then for then in masked if (now := _place(then, moved)) is not None}


def _moved(request: Mapping[str, Any], left: AbstractSet[str]) -> dict[int, int]:
    """Return the places of the groups that stay, before and after."""
    stay = (at for at, group in enumerate(request.get("groups", ())) if not left.isdisjoint(group["telephone_numbers"]))
    return {before: after for after, before in enumerate(stay)}


def _place(place: str, moved: Mapping[int, int]) -> str | None:
    """Return where a place in the request is in what is left of it; None where its group is gone."""
    _, part, *rest = place.split("/")
    if part != "groups":
        return place
    now = moved.get(int(rest[0]))
    return None if now is None else "/".join(("", part, str(now), *rest[1:]))


def _only(group: Mapping[str, Any], left: AbstractSet[str]) -> dict[str, Any]:
    return {**group, "telephone_numbers": [each for each in group["telephone_numbers"] if each in left]}


def _require_secrets(needed: Iterable[str], given: Mapping[str, str]) -> None:
    wanted = dict.fromkeys(needed)
    missing = (
        FieldError(pointer(("secrets", each)), f"Give what stood at {each} of the order: secrets are not kept.")
        for each in wanted
        if each not in given
    )
    extra = (
        FieldError(pointer(("secrets", each)), "Leave it out: what is retried has no secret there.")
        for each in given
        if each not in wanted
    )
    if errors := tuple(islice(chain(missing, extra), LISTED)):
        raise InvalidOrder(errors=errors)
