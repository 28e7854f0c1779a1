"""A telephone number as clients see it: our orders about it, and Bandwidth's details in its own elements' names."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from service import telephone_numbers
from service.api.order_json import iso

if TYPE_CHECKING:
    from service.bandwidth.number_document import NumberDetails
    from service.numbers import ListingOrder, Number
    from service.store.naming import LastOutcome, OpenOrder


def details_json(number: Number) -> dict[str, Any]:
    """Write both halves of a number; `bandwidth` is null where `bandwidth_absent` says why."""
    account, ours = f"/v1/accounts/{number.account_id}", number.ours
    return {
        "telephone_number": number.telephone_number,
        "e164": telephone_numbers.e164(number.telephone_number),
        "account_id": number.account_id,
        "open_orders": [_open_order(each, account) for each in ours.open_orders],
        "last_outcomes": [_last_outcome(each, account) for each in ours.last_outcomes],
        "more_orders": ours.more,
        "bandwidth": number.details and _bandwidth(number.details, number.listing_order, account),
        "bandwidth_absent": number.absent,
        "links": {"self": f"{account}/numbers/{number.telephone_number}"},
    }


def _open_order(order: OpenOrder, account: str) -> dict[str, Any]:
    return {
        "order_id": order.id,
        "kind": order.kind,
        "state": order.state,
        "held_by": order.held_by,
        "created_at": iso(order.created_at),
        "links": _links(order.id, account),
    }


def _last_outcome(last: LastOutcome, account: str) -> dict[str, Any]:
    return {
        "order_id": last.order_id,
        "kind": last.kind,
        "state": last.state,
        **asdict(last.outcome),
        "completed_at": iso(last.completed_at),
        "links": _links(last.order_id, account),
    }


def _bandwidth(details: NumberDetails, listing_order: ListingOrder | None, account: str) -> dict[str, Any]:
    """Write Bandwidth's half; what is hosted on other accounts is theirs."""
    told = asdict(details)
    del told["hosted"]
    told["in_service_date"], told["last_modified"] = iso(details.in_service_date), iso(details.last_modified)
    if dlda := told["features"]["dlda"]:
        del dlda["bandwidth_order_id"]
        dlda["order"] = listing_order and {
            "bandwidth_order_id": listing_order.bandwidth_order_id,
            "order_id": listing_order.order_id,
            "links": _links(listing_order.order_id, account) if listing_order.order_id else {},
        }
    return told


def _links(order_id: str, account: str) -> dict[str, str]:
    return {"self": f"{account}/orders/{order_id}"}
