"""What a walk writes as XML is what the kinds read: the same orders, by another door."""

from __future__ import annotations

import copy
import random

import fault_xml
import pytest
from fault_orders import Orders

from service import xml
from service.kinds import shelf
from service.order_request.reading import read_order


@pytest.mark.parametrize("kind", sorted(fault_xml.RESOURCES))
def test_an_order_as_xml_is_the_order_as_json(kind):
    body = Orders(random.Random(7)).body(kind)
    root = xml.parse(fault_xml.written(kind, copy.deepcopy(body), "walk 1"))
    assert root.tag == fault_xml.RESOURCES[kind].order
    read = read_order(shelf()[kind].model, {**body, "customer_order_id": "walk 1"})
    assert sorted(each.text for each in root.iter("TelephoneNumber")) == sorted(read.telephone_numbers())
    assert xml.text(root, "CustomerOrderId") == "walk 1"


def test_an_answer_tells_the_orders_id_however_it_is_spelled():
    assert fault_xml.order_id(b"<a><OrderId>one</OrderId></a>") == fault_xml.order_id(b"<a><orderId>one</orderId></a>")
    assert fault_xml.order_id(b"<a/>") is None
