"""What the documents say of each kind, beside what it declares: its fields' elements, and Bandwidth's side of it."""

from __future__ import annotations

import copy
import re
from dataclasses import dataclass, field
from typing import Any

from service import xml
from service.exchange import Answer, Exchange, Holders, Recall
from service.kinds import shelf
from service.lifecycle import State
from service.order import Order
from service.order_request.reading import read_order

ACCOUNT = "14"
SENT = 1_700_000_000_000


@dataclass(frozen=True)
class Case:
    """One kind as Bandwidth's documents tell it."""

    #: the element of the documents -> where its field stands in the body, a value, and where it stands in the XML
    fields: dict[str, tuple[str, Any, str, str]]
    #: what Bandwidth shows when it is asked before a change; an order is sent without asking
    shows: dict[str, str] = field(default_factory=dict)
    #: elements that the guide names and that hold others
    holders: frozenset[str] = frozenset()
    #: Bandwidth calls back about it
    called_back: bool = True


def body_of(kind, pointer=None, value=None):
    """A kind's example, with one field set by a JSON pointer; missing parts on the way are made."""
    body = copy.deepcopy(dict(shelf()[kind].example))
    if pointer:
        *way, last = pointer.strip("/").split("/")
        part = body
        for step in way:
            part = part[int(step)] if isinstance(part, list) else part.setdefault(step, {})
        part[last] = value
    return body


def order_of(kind, body, **more):
    """An order of a kind, as a worker that has just claimed it sees it; and its request."""
    request = read_order(shelf()[kind].model, body)
    order = Order(
        id="018bcfe5-6800-7000-8000-000000000000",
        account_id=ACCOUNT,
        kind=kind,
        state=State.SUBMITTING,
        version=1,
        origin="api",
        customer_order_id=request.customer_order_id,
        telephone_numbers=tuple(number for _, number in request.numbers()),
        request={},
        secrets=None,
        metadata={},
        created_at=SENT,
        updated_at=SENT,
        first_sent_at=SENT,
    )
    for name, value in more.items():
        object.__setattr__(order, name, value)
    return order, request


def converse(conversation, case, change=None):
    """Lead a conversation: GETs are answered by the case, what changes something by `change`.

    Returns the exchanges that change something, and the report; without `change` it stops at the first of them.
    """
    changes, given = [], None
    try:
        while True:
            asked = conversation.send(given)
            if isinstance(asked, Holders):
                given = frozenset()
            elif isinstance(asked, Recall):
                given = None
            elif asked.changes:
                changes.append(asked)
                if change is None:
                    return changes, None
                given = change
            else:
                given = shown(case, asked)
    except StopIteration as end:
        return changes, end.value


def shown(case, asked: Exchange):
    """Bandwidth's answer to a GET: what the case shows at this path, else an empty 404."""
    found = next((body for path, body in case.shows.items() if asked.path.endswith(path)), None)
    asked_for = re.search(r"\b[2-9][0-9]{9}\b", asked.path)
    if found and asked_for:
        found = found.replace(NUMBER, asked_for[0])
    return answer(found or "", 200 if found else 404)


def answer(body, status=200, **headers):
    return Answer(status, headers, body.encode() if isinstance(body, str) else body, SENT / 1000)


def sent(kind, body):
    """The XML that a kind sends for a body."""
    (change,), _ = converse(shelf()[kind].submit(*order_of(kind, body)), CASES[kind])
    return change, xml.parse(change.body)


GROUP = "TnOptionGroups/TnOptionGroup"
LIDB = "LidbTnGroups/LidbTnGroup"
DLDA = "DldaTnGroups/DldaTnGroup"
NUMBER = "2018551098"


def _option(name, value, element=None):
    return (f"/groups/0/{name}", value, f"{GROUP}/{element}", value)


def _lidb(name, value, element):
    return (f"/groups/0/{name}", value, f"{LIDB}/{element}", value)


def _name(name, element):
    return (f"/groups/0/listing_name/{name}", "Xavier", f"{DLDA}/ListingName/{element}", "Xavier")


def _address(name, element, value):
    return (f"/groups/0/address/{name}", value, f"{DLDA}/Address/{element}", value)


def _numbers(group):
    return ("/groups/0/telephone_numbers", [NUMBER], f"{group}/TelephoneNumbers/TelephoneNumber", NUMBER)


_REFERENCE = ("/customer_order_id", "Ref 1", "CustomerOrderId", "Ref 1")
_TN_DETAILS = (
    f"<TelephoneNumberResponse><TelephoneNumberDetails><FullNumber>{NUMBER}</FullNumber><AccountId>{ACCOUNT}</AccountId>"
    "<Site><Id>2</Id></Site><SipPeer><PeerId>500014</PeerId></SipPeer></TelephoneNumberDetails>"
    "</TelephoneNumberResponse>"
)

CASES = {
    "tn-options": Case(
        {
            "CustomerOrderId": _REFERENCE,
            "TelephoneNumber": _numbers(GROUP),
            "PortOutPasscode": _option("port_out_passcode", "a1b2c3", "PortOutPasscode"),
            "CallForward": _option("call_forward", "6042661720", "CallForward"),
            "CallingNameDisplay": _option("calling_name_display", "off", "CallingNameDisplay"),
            "SMS": _option("sms", "off", "Sms"),
            "FinalDestinationURI": _option("final_destination_uri", "joe@1.2.3.4:5060", "FinalDestinationURI"),
            "NNID": _option("nnid", "123", "NNID"),
            "ESPID": _option("espid", "A1", "ESPID"),
            "NumberFormat": _option("number_format", "e164", "NumberFormat"),
            "RPIDFormat": _option("rpid_format", "10digit", "RPIDFormat"),
            "RewriteUser": _option("rewrite_user", "joe", "RewriteUser"),
            "Protected": _option("protected", "true", "Protected"),
        },
        holders=frozenset({"TnOptionGroups", "TnOptionGroup"}),
    ),
    "lidb": Case(
        {
            "CustomerOrderId": _REFERENCE,
            "TelephoneNumber": _numbers(LIDB),
            "SubscriberInformation": _lidb("subscriber_information", "Joes Garage", "SubscriberInformation"),
            "UseType": _lidb("use_type", "BUSINESS", "UseType"),
            "Visibility": _lidb("visibility", "PRIVATE", "Visibility"),
        },
        holders=frozenset({"LidbTnGroups", "LidbTnGroup", "TelephoneNumbers"}),
    ),
    "dlda": Case(
        {
            "CustomerOrderId": _REFERENCE,
            "TelephoneNumber": _numbers(DLDA),
            "ListingType": ("/groups/0/listing_type", "NON_LISTED", f"{DLDA}/ListingType", "NON_LISTED"),
            "SubscriberType": ("/groups/0/subscriber_type", "BUSINESS", f"{DLDA}/SubscriberType", "BUSINESS"),
            "LastName": _name("last_name", "LastName"),
            "FirstName": _name("first_name", "FirstName"),
            "FirstName2": _name("first_name2", "FirstName2"),
            "Designation": _name("designation", "Designation"),
            "TitleOfLineage": _name("title_of_lineage", "TitleOfLineage"),
            "TitleOfAddress": _name("title_of_address", "TitleOfAddress"),
            "TitleOfAddress2": _name("title_of_address2", "TitleOfAddress2"),
            "TitleOfLineageName2": _name("title_of_lineage_name2", "TitleOfLineageName2"),
            "TitleOfAddressName2": _name("title_of_address_name2", "TitleOfAddressName2"),
            "TitleOfAddress2Name2": _name("title_of_address2_name2", "TitleOfAddress2Name2"),
            "PlaceListingAs": _name("place_listing_as", "PlaceListingAs"),
            "ListAddress": ("/groups/0/list_address", False, f"{DLDA}/ListAddress", "false"),
            "HousePrefix": _address("house_prefix", "HousePrefix", "A"),
            "HouseNumber": _address("house_number", "HouseNumber", "0012"),
            "HouseSuffix": _address("house_suffix", "HouseSuffix", "B"),
            "PreDirectional": _address("pre_directional", "PreDirectional", "NE"),
            "StreetName": _address("street_name", "StreetName", "Elm"),
            "StreetSuffix": _address("street_suffix", "StreetSuffix", "Ave"),
            "PostDirectional": _address("post_directional", "PostDirectional", "S"),
            "AddressLine2": _address("address_line2", "AddressLine2", "Suite 320"),
            "City": _address("city", "City", "Hoboken"),
            "StateCode": _address("state_code", "StateCode", "NJ"),
            "Zip": _address("zip", "Zip", "07030"),
            "PlusFour": _address("plus_four", "PlusFour", "0012"),
            "County": _address("county", "County", "Hudson"),
            "AddressType": _address("address_type", "AddressType", "SERVICE"),
        },
    ),
    "number-options": Case(
        {
            "FullNumber": ("/telephone_number", NUMBER, "FullNumber", NUMBER),
            "CallForward": ("/call_forward", "6042661720", "CallForward", "6042661720"),
            "RewriteUser": ("/rewrite_user", "joe", "RewriteUser", "joe"),
            "NumberFormat": ("/number_format", "e164", "NumberFormat", "e164"),
            "RPIDFormat": ("/rpid_format", "10digit", "RPIDFormat", "10digit"),
            "CallingNameDisplay": ("/calling_name_display", True, "CallingNameDisplay", "true"),
            "TnAttribute": ("/protected", True, "TnAttributes/TnAttribute", "Protected"),
            "SmsEnabled": ("/sms", False, "MessagingSettings/SmsEnabled", "false"),
        },
        shows={
            "/tndetails": _TN_DETAILS,
            "": f"<SipPeerTelephoneNumberResponse><SipPeerTelephoneNumber><FullNumber>{NUMBER}</FullNumber>"
            "<MessagingSettings><SmsEnabled>true</SmsEnabled></MessagingSettings></SipPeerTelephoneNumber>"
            "</SipPeerTelephoneNumberResponse>",
        },
        called_back=False,
    ),
    "location-failover": Case(
        {
            "FinalDestinationUri": (
                "/final_destination_uri",
                "sip:joe@example.com:5060",
                "FinalDestinationUri",
                "sip:joe@example.com:5060",
            ),
        },
        shows={
            "": "<SipPeerResponse><SipPeer><PeerId>500014</PeerId><PeerName>name</PeerName>"
            "<IsDefaultPeer>true</IsDefaultPeer></SipPeer></SipPeerResponse>"
        },
        called_back=False,
    ),
}
