"""A kind is one file: dropped on the shelf, it is accepted, sent and verified, and nothing else was touched."""

from __future__ import annotations

import sys
import textwrap

import pytest

from service import kinds

TOY = '''
"""Toys: an order for one number, over the same resource as line options."""

from service.kind import Kind
from service.kinds.tn_options import KIND as LINE_OPTIONS
from service.kinds.tn_options import TnOptionsOrder
from service.order_request.fields import TelephoneNumber
from service.order_request.model import OrderRequest


class ToyOrder(OrderRequest):
    telephone_number: TelephoneNumber

    def numbers(self):
        yield "/telephone_number", self.telephone_number


def _whole(request):
    return TnOptionsOrder(groups=[{"telephone_numbers": [request.telephone_number], "sms": "on"}])


KIND = Kind(
    name="toy",
    model=ToyOrder,
    family="toys",
    subjects=lambda request: (request.telephone_number,),
    submit=lambda order, request: LINE_OPTIONS.submit(order, _whole(request)),
    find=lambda order, request: LINE_OPTIONS.find(order, _whole(request)),
    check=lambda order, request: LINE_OPTIONS.check(order, _whole(request)),
    looks=(1,),
    subscription_names=("toys",),
)
'''


@pytest.fixture
def toys(tmp_path, monkeypatch):
    (tmp_path / "toy.py").write_text(textwrap.dedent(TOY))
    monkeypatch.setattr(kinds, "__path__", [*kinds.__path__, str(tmp_path)])
    kinds.shelf.cache_clear()
    yield
    monkeypatch.undo()
    kinds.shelf.cache_clear()
    sys.modules.pop("service.kinds.toy", None)


@pytest.mark.usefixtures("toys")
async def test_a_toy_on_the_shelf_is_a_kind_of_order(world):
    answer = await world.api.post(f"{world.orders}/toy", json={"telephone_number": "(201) 555-1601"})
    assert answer.status_code == 202, answer.text
    order = answer.json()
    assert (order["kind"], order["telephone_number"]) == ("toy", "2015551601")

    done = await world.ended(order["id"])

    assert done["state"] == "complete"
    assert (await world.numbers(order["id"]))["2015551601"]["outcome"] == "complete"
    listed = (await world.api.get(world.orders, params={"kind": "toy"})).json()["orders"]
    assert [each["id"] for each in listed] == [order["id"]]


async def test_without_the_file_there_is_no_such_kind(world):
    answer = await world.api.post(f"{world.orders}/toy", json={"telephone_number": "2015551601"})
    assert answer.status_code == 404
    assert "tn-options" in answer.json()["detail"]
