"""What orders of each kind ask for, as the API takes it. What is left out of a group stays as it is at Bandwidth.

Telephone numbers may have any usual notation. Words are Bandwidth's, in any case; true and false stand for them too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final, Required, TypedDict


class Accepted(TypedDict, total=False):
    """What every order may carry beside the fields of its kind."""

    #: up to 40 letters, digits, dashes and spaces; sent to Bandwidth
    customer_order_id: str
    #: strings of the caller's own, returned as they are
    metadata: Mapping[str, str]
    #: sent then, not before; at most 30 days ahead, with a zone
    not_before: datetime | str


class Submission(Accepted, total=False):
    """What a call that submits an order may be told besides."""

    #: the same key and order again get the first order; without one, every call makes one up
    idempotency_key: str
    #: checks everything, stores and sends nothing: the order as it would be, with a `dry_run`
    dry_run: bool


class A2pSettings(TypedDict, total=False):
    """What a number may send as an application."""

    action: str
    message_class: str
    campaign_id: str


class Route(TypedDict, total=False):
    """One way for a call."""

    endpoint: Required[str]
    priority: Required[int]
    weight: Required[int]
    endpoint_type: str
    name: str


class RoutePlan(TypedDict, total=False):
    """The plan by which incoming calls find their way."""

    id: str
    action: str
    routes: Sequence[Route]


class TnOptionGroup(TypedDict, total=False):
    """Telephone numbers and the line options that all of them get."""

    telephone_numbers: Required[Sequence[str]]
    number_format: str
    rpid_format: str
    rewrite_user: str
    call_forward: str
    calling_name_display: str | bool
    #: 4 to 10 letters and digits; never shown again
    port_out_passcode: str
    protected: str | bool
    sms: str | bool
    final_destination_uri: str
    nnid: str | int
    espid: str
    a2p_settings: A2pSettings
    origination_route_plan: RoutePlan
    pindrop_enabled: str | bool
    call_verification_enabled: str | bool


class LidbGroup(TypedDict):
    """Telephone numbers and the name that a called party sees."""

    telephone_numbers: Sequence[str]
    #: at most 15 characters
    subscriber_information: str
    #: RESIDENTIAL or BUSINESS
    use_type: str
    #: PUBLIC, or PRIVATE: stored and not shown
    visibility: str


class ListingName(TypedDict, total=False):
    """Who is listed; a business goes whole into the last name."""

    first_name: str
    first_name2: str
    last_name: Required[str]
    designation: str
    title_of_lineage: str
    title_of_address: str
    title_of_address2: str
    title_of_lineage_name2: str
    title_of_address_name2: str
    title_of_address2_name2: str
    place_listing_as: str


class Address(TypedDict, total=False):
    """Where the listed one is; house number and street are required of an address that is listed."""

    house_prefix: str
    house_number: str
    house_suffix: str
    pre_directional: str
    street_name: str
    street_suffix: str
    post_directional: str
    address_line2: str
    city: Required[str]
    state_code: Required[str]
    zip: Required[str]
    plus_four: str
    county: str
    address_type: str


class DldaGroup(TypedDict, total=False):
    """Telephone numbers and their listing; to take listings away, numbers are enough."""

    telephone_numbers: Required[Sequence[str]]
    #: RESIDENTIAL or BUSINESS
    subscriber_type: str
    #: LISTED, NON_LISTED or NON_PUBLISHED
    listing_type: str
    listing_name: ListingName
    list_address: str | bool
    address: Address


class NumberOptions(Submission, total=False):
    """Options of one number, changed where they are; False clears."""

    #: where it is; looked up when both are left out
    site_id: str | int
    sip_peer_id: str | int
    number_format: str | bool
    rpid_format: str | bool
    rewrite_user: str | bool
    call_forward: str | bool
    calling_name_display: str | bool
    protected: str | bool
    sms: str | bool


#: the kinds' own fields in an order's JSON
FIELDS: Final = frozenset(NumberOptions.__annotations__) - frozenset(Submission.__annotations__) | {
    *("groups", "delete_dlda_tn_groups", "telephone_number", "final_destination_uri")
}
