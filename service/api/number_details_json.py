"""Bandwidth's details of a telephone number as clients see them, in its own elements' names."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, cast

from typing_extensions import TypedDict

from service.api.described import Id, Time, described
from service.bandwidth.number_document import SipPeer, Site
from service.bandwidth.number_features import E911, Address, Lidb, ListingName
from service.bandwidth.number_settings import MessagingSettings, RoutePlan, TnOptions
from service.times import iso

if TYPE_CHECKING:
    from service.bandwidth.number_document import NumberDetails
    from service.numbers import ListingOrder


@described
class OrderLinkJson(TypedDict, total=False):
    """Where an order of ours is; empty where there is none."""

    self: str


@described
class ListingOrderJson(TypedDict):
    """The order that is changing a listing: Bandwidth's id, and ours where a record of ours holds it."""

    bandwidth_order_id: str
    order_id: Id | None
    links: OrderLinkJson


@described
class DldaJson(TypedDict):
    """The listing in the directory; while an order is open Bandwidth shows that order in its place."""

    status: str | None
    """Success, Failed, Pending-Editable or Pending-Locked."""
    subscriber_type: str | None
    listing_type: str | None
    list_address: str | None
    listing_name: ListingName | None
    address: Address | None
    order: ListingOrderJson | None


@described
class FeaturesJson(TypedDict):
    """What orders have made of a number; null for what it has not."""

    e911: E911 | None
    lidb: Lidb | None
    dlda: DldaJson | None


@described
class NumberDetailsJson(TypedDict):
    """Bandwidth's half of a number; null is what Bandwidth does not tell."""

    account_id: str | None
    full_number: str | None
    status: str | None
    country: str | None
    tn_type: str | None
    city: str | None
    state: str | None
    lata: str | None
    rate_center: str | None
    tier: str | None
    vendor_id: str | None
    vendor_name: str | None
    on_net_vendor: str | None
    service_types: list[str]
    tn_attributes: list[str]
    in_service_date: Time | None
    last_modified: Time | None
    site: Site | None
    sip_peer: SipPeer | None
    features: FeaturesJson
    tn_options: TnOptions | None
    origination_route_plan: RoutePlan | None
    messaging_settings: MessagingSettings | None


def number_details_json(details: NumberDetails, listing_order: ListingOrder | None, account: str) -> NumberDetailsJson:
    """Write Bandwidth's half; what is hosted on other accounts is theirs. `account` is the account's address."""
    told = asdict(details)
    del told["hosted"]
    told["in_service_date"], told["last_modified"] = iso(details.in_service_date), iso(details.last_modified)
    if dlda := told["features"]["dlda"]:
        del dlda["bandwidth_order_id"]
        dlda["order"] = listing_order and _listing_order(listing_order, account)
    return cast("NumberDetailsJson", told)


def order_link(order_id: str, account: str) -> OrderLinkJson:
    """Return where an order is."""
    return {"self": f"{account}/orders/{order_id}"}


def _listing_order(order: ListingOrder, account: str) -> ListingOrderJson:
    return {
        "bandwidth_order_id": order.bandwidth_order_id,
        "order_id": order.order_id,
        "links": order_link(order.order_id, account) if order.order_id else {},
    }
