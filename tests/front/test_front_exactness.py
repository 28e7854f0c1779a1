"""XML -> order -> XML: nothing that a published request asks for is lost on its way through the front to Bandwidth.

Order of elements and empty elements aside. What is not exact, and why, stands in docs/XML.md.
"""

from __future__ import annotations

import pytest
from front_steps import ORDERS, id_of, order_in, path_of, shape
from published import FOLDER, needed, payload

from service import xml

AUTH = ("sandbox-user", "sandbox-password")
#: a template with names in braces where telephone numbers belong
TEMPLATES = {"tnoptions/docs-managingLineFeatures-16"}
#: what the documents print where a reference belongs, and Bandwidth refuses (5052)
PLACEHOLDER = b"[String]"


def requests():
    """The published requests: bare orders that tell no id, for they are none yet."""
    found = []
    for resource, name in ORDERS.items():
        for path in sorted((FOLDER / resource).glob("*.xml")):
            root = xml.parse(path.read_bytes())
            is_request = root.tag == name and xml.child(root, "OrderId") is None
            if is_request and f"{resource}/{path.stem}" not in TEMPLATES:
                found.append(f"{resource}/{path.stem}")
    return found or ["tnoptions/missing"]


def ten_digits(root):
    """Write E.164 as ten digits, as this version of Bandwidth's API has numbers."""
    for each in root.iter():
        if (each.text or "").strip().startswith("+1") and each.tag in ("TelephoneNumber", "CallForward"):
            each.text = each.text.strip().removeprefix("+1")
    return root


def as_sent(root):
    """The names that requests have for what answers call otherwise."""
    for each in [*root.iter()]:
        if each.tag == "AccountType":
            each.tag = "SubscriberType"
            each.text = each.text.replace("RESIDENCE", "RESIDENTIAL")
        if each.tag == "AddressType":
            each.text = each.text.upper()
        if each.tag == "Country":
            each.getparent().remove(each)
        if each.text == "systemdefault":
            each.text = "systemDefault"
    return root


def asked(root):
    """What an order asks for, its reference among it."""
    known = ("CustomerOrderId", "DeleteDldaTnGroups", "TnOptionGroups", "LidbTnGroups", "DldaTnGroups")
    return sorted(shape(each) for each in root if each.tag in known)


def without_passcode(root):
    for each in [*root.iter("PortOutPasscode")]:
        each.text = "********"
    return root


@pytest.mark.parametrize("name", requests())
async def test_a_published_request_reaches_bandwidth_as_it_was_and_is_read_back_so(working, name):
    needed()
    resource = name.partition("/")[0]
    body = payload(name).replace(PLACEHOLDER, b"Order 1")
    answer = await working.api.post(path_of(working, resource), content=body)
    assert answer.status_code == 201, answer.text
    (entry,) = await working.ledger()
    path = f"/api/accounts/{working.account}/{resource}/{entry['order_id']}"
    at_bandwidth = await working.sandbox.get(path, auth=AUTH)
    wanted = as_sent(ten_digits(xml.parse(body)))
    reached = as_sent(order_in(at_bandwidth))
    if xml.child(wanted, "CustomerOrderId") is None:
        # without one, Bandwidth gets our id for a reference, by which the order is found again
        assert xml.text(reached, "CustomerOrderId") == id_of(answer)
        reached.remove(xml.child(reached, "CustomerOrderId"))
    for each in [*reached.iter("FullNumber")]:
        each.getparent().remove(each)
    assert asked(reached) == asked(wanted)
    told = as_sent(order_in(await working.api.get(path_of(working, resource, id_of(answer)))))
    for each in [*told.iter("FullNumber")]:
        each.getparent().remove(each)
    assert asked(told) == asked(without_passcode(wanted))


async def test_a_placeholder_for_a_reference_is_refused_as_bandwidth_does(idle):
    body = payload("lidbs/openapi-v1-CreateLidbOrder-request-example")
    answer = await idle.api.post(path_of(idle, "lidbs"), content=body)
    assert (answer.status_code, "5052" in answer.text) == (400, True)
