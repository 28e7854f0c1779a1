"""What the door says of a body of a kind."""

from __future__ import annotations

from service.errors import InvalidOrder
from service.kinds import shelf
from service.order_request.reading import read_order


def refusals(kind, body):
    """Every field that is objected to, in the order of the body."""
    try:
        read_order(shelf()[kind].model, body)
    except InvalidOrder as refusal:
        return refusal.errors
    return ()


def wrongs(kind, body):
    """What is objected to: (pointer, code)."""
    return [(each.pointer, each.code) for each in refusals(kind, body) if each.detail]


def sentences(kind, body):
    """What is objected to, in words."""
    return [each.detail for each in refusals(kind, body)]
