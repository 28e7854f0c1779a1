"""Requests for lidb and dlda orders, and ways to follow them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from lxml import etree
from sandbox_harness import ACCOUNT, until

LIDBS = f"/api/v1/accounts/{ACCOUNT}/lidbs"
DLDAS = f"/api/v1/accounts/{ACCOUNT}/dldas"
ENDS = {"COMPLETE", "PARTIAL", "FAILED", "CANCELLED"}

NAME = "<SubscriberInformation>Joes Garage</SubscriberInformation>"
USE = "<UseType>RESIDENTIAL</UseType>"
SEEN = "<Visibility>PUBLIC</Visibility>"

SUBSCRIBER = "<SubscriberType>RESIDENTIAL</SubscriberType>"
LISTING = "<ListingType>LISTED</ListingType>"
PERSON = "<ListingName><FirstName>John</FirstName><LastName>Smith</LastName></ListingName>"
SHOWN = "<ListAddress>true</ListAddress>"
ADDRESS = (
    "<Address><HouseNumber>915</HouseNumber><StreetName>Elm</StreetName><City>Carpinteria</City>"
    "<StateCode>CA</StateCode><Zip>93013</Zip><AddressType>DLDA</AddressType></Address>"
)


class Clock:
    """A clock that a test moves."""

    def __init__(self):
        self.now = datetime(2026, 5, 10, 12, tzinfo=UTC)

    def __call__(self):
        return self.now

    def wait(self, seconds):
        self.now += timedelta(seconds=seconds)


def numbers(*listed):
    inner = "".join(f"<TelephoneNumber>{number}</TelephoneNumber>" for number in listed)
    return f"<TelephoneNumbers>{inner}</TelephoneNumbers>"


def reference(customer_order_id):
    return "" if customer_order_id is None else f"<CustomerOrderId>{customer_order_id}</CustomerOrderId>"


def lidb_group(*listed, inner=NAME + USE + SEEN):
    return f"<LidbTnGroup>{numbers(*listed)}{inner}</LidbTnGroup>"


def lidb_of(*groups, customer_order_id=None):
    return f"<LidbOrder>{reference(customer_order_id)}<LidbTnGroups>{''.join(groups)}</LidbTnGroups></LidbOrder>"


def lidb(*listed, inner=NAME + USE + SEEN, customer_order_id=None):
    return lidb_of(lidb_group(*listed, inner=inner), customer_order_id=customer_order_id)


def dlda_group(*listed, inner=SUBSCRIBER + LISTING + PERSON + SHOWN + ADDRESS):
    return f"<DldaTnGroup>{numbers(*listed)}{inner}</DldaTnGroup>"


def dlda_of(*groups, customer_order_id=None, delete=None):
    removal = "" if delete is None else f"<DeleteDldaTnGroups>{delete}</DeleteDldaTnGroups>"
    inner = f"{reference(customer_order_id)}{removal}<DldaTnGroups>{''.join(groups)}</DldaTnGroups>"
    return f"<DldaOrder>{inner}</DldaOrder>"


def dlda(*listed, inner=SUBSCRIBER + LISTING + PERSON + SHOWN + ADDRESS, **parts):
    return dlda_of(dlda_group(*listed, inner=inner), **parts)


def sample(body):
    """A published request, whose customer order id is a placeholder that the rules do not allow."""
    return body.replace(b"[String]", b"String")


def parsed(answer):
    return etree.fromstring(answer.content)


def accepted(sandbox, path, body):
    """Return the order of the 201."""
    answer = sandbox.post(body, path)
    assert answer.status_code == 201, answer.text
    return parsed(answer)[0]


def order_id_of(order):
    return order.findtext("orderId") or order.findtext("OrderId")


def read(sandbox, path, order_id):
    answer = sandbox.http.get(f"{path}/{order_id}")
    assert answer.status_code == 200, answer.text
    root = parsed(answer)
    return root if root.tag == "LidbOrder" else root[0]


def status(order):
    return order.findtext("ProcessingStatus")


def reached(sandbox, path, order_id, *wanted):
    until(lambda: status(read(sandbox, path, order_id)) in wanted)
    return read(sandbox, path, order_id)


def ended(sandbox, path, order_id):
    return reached(sandbox, path, order_id, *ENDS)


def finished(sandbox, path, body):
    return ended(sandbox, path, order_id_of(accepted(sandbox, path, body)))


def errors(order):
    return [
        (int(error.findtext("Code")), [number.text for number in error.iter("TelephoneNumber")])
        for error in order.findall("ErrorList/Error")
    ]
