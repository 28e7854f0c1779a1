"""Every payload that Bandwidth's documents and SDKs print is read; the run's last lines say into what."""

from __future__ import annotations

import pytest
from published import FOLDER, needed, payload

from service import xml
from service.bandwidth import callback_document, number_document, subscription_document
from service.carrier_errors import carrier_errors
from service.kinds import shelf
from service.kinds.location_failover import peer_xml
from service.kinds.number_options import options_xml
from service.order_request.reading import read_order
from service.order_resource import history, listing

FILES = sorted(str(path.relative_to(FOLDER).with_suffix("")) for path in FOLDER.glob("*/*.xml")) or ["missing/missing"]
#: placeholders of the guides, where a value belongs
PLACEHOLDERS = {
    b"{TN_1}": b"2018551061",
    b"{TN_N}": b"2018551062",
    b"{TN_last}": b"2018551063",
    b"{final_destination}": b"sip:+12345678901@1.2.3.4:5060",
}


#: printed by the guide with an element that is not closed
BROKEN = "subscriptions/docs-subscriptions-2"


@pytest.mark.parametrize("name", FILES)
def test_every_published_payload_is_read(name, record_property):
    needed()
    folder, body = name.partition("/")[0], payload(name)
    for placeholder, value in PLACEHOLDERS.items():
        body = body.replace(placeholder, value)

    if name == BROKEN:
        with pytest.raises(xml.UnreadableXml):
            xml.parse(body)
        record_property("payload", f"{name}: refused, it is not well-formed as it is printed")
    else:
        record_property("payload", f"{name}: {READERS[folder](xml.parse(body))}")


def of_kind(name):
    """Reads orders, lists, refusals and requests of a kind."""
    kind = shelf()[name]
    resource = kind.submit.__self__

    def read(root):
        if xml.name(root) in {each.lower() for each in resource.list_roots}:
            found = [resource.read_entry(each) for each in listing._entries(resource, root).elements]
            assert found
            return f"list of {name} orders, {len(found)} of them printed"
        element = resource.order_in(root)
        reading, errors = resource.read_entry(element), carrier_errors(root)
        if reading.order_id is None and errors:
            return f"refusal of a {name} order: {', '.join(each.code for each in errors)}"
        assert reading.groups
        if reading.order_id is None:
            return request(kind, resource, element, reading)
        assert reading.status
        return f"{name} order, {reading.status}, {len(reading.groups)} numbers, {len(reading.errors)} errors"

    return read


def request(kind, resource, element, reading):
    """Reads a request into the JSON that would make it, and writes that again."""
    body = resource.body_of(element)
    body.pop("customer_order_id", None)
    model = read_order(kind.model, body)
    ours = resource.write(type("Order", (), {"reference": "1"}), model)
    assert resource.read_groups(ours) == reading.groups
    return f"request of a {kind.name} order, {len(reading.groups)} numbers"


def number(root):
    """Reads the options of single numbers, and merges a change into them."""
    found = [each for each in root.iter() if xml.name(each) == "sippeertelephonenumber"]
    if not found:
        return f"{root.tag}: no options of a number, asked for by no kind"
    if next(xml.children(found[0], "Warnings"), None) is not None:
        return "answer to a change of a number's options, a warning"
    change = read_order(shelf()["number-options"].model, {"telephone_number": "2018551050", "rewrite_user": "ann"})
    for each in found:
        merged = options_xml.merge(each, change)
        assert {xml.name(part) for part in each} <= {xml.name(part) for part in merged}
        assert options_xml.shows(merged, change)
    return f"options of {len(found)} numbers, {sum(len(each) for each in found)} elements"


def location(root):
    """Reads locations, and merges a change into them."""
    found = [each for each in root.iter() if xml.name(each) == "sippeer"]
    if not found:
        return f"{root.tag}: settings below a location, which no change of it touches"
    body = {"site_id": 1, "sip_peer_id": 2, "final_destination_uri": "sip:joe@example.com"}
    change = read_order(shelf()["location-failover"].model, body)
    for each in found:
        merged = peer_xml.merge(each, change)
        assert peer_xml.lost(merged, each) == ()
        assert peer_xml.shows(merged, change)
    return f"{len(found)} locations, {sum(len(each) for each in found)} settings"


def details(root):
    """Reads what Bandwidth tells of a number."""
    found = number_document.read(root)
    if found is None:
        assert xml.descend(root, "TelephoneNumberDetails") is None or "Details" not in str(root.tag)
        return f"{root.tag}: one detail of a number, asked for by nobody here"
    return f"details of a number, account {found.account_id}, {found.status}"


def subscriptions(root):
    """Reads the callback subscriptions to all orders of a type."""
    found = subscription_document.read(root)
    return f"{len(found)} callback subscriptions to orders: {', '.join(each.order_type for each in found) or 'none'}"


def notification(root):
    """Reads a callback."""
    news = callback_document.read("14", xml.write(root))
    return f"callback about {news.bandwidth_order_id or 'no order'}: {news.status or news.note or 'nothing new'}"


def happenings(root):
    """Reads an order's history."""
    found = list(history.read(root))
    assert found
    return f"history of {len(found)} entries, {found[0].status} to {found[-1].status}"


def errors(root):
    """Reads an error."""
    found = carrier_errors(root)
    assert found
    return f"error {', '.join(each.code or 'without a code' for each in found)}"


READERS = {
    "tnoptions": of_kind("tn-options"),
    "lidbs": of_kind("lidb"),
    "dldas": of_kind("dlda"),
    "tns": number,
    "sippeers": location,
    "tndetails": details,
    "subscriptions": subscriptions,
    "notifications": notification,
    "history": happenings,
    "errors": errors,
}
