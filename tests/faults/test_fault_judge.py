"""The judge of the walks finds what it is there for."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from fault_events import all_are_told, untold
from fault_judge import by_our_ids, judge
from fault_leaks import leaks
from fault_orders import Placed
from receiver import Receiver

from service.local.credentials import Credentials


def placed(order_id="one", **more):
    return Placed("tn-options", {}, "key", 1.0, id=order_id, **more)


def record(state="complete", why=None):
    return {"state": state, "errors": [], "attention": {"why": why} if why else None}


def row(reference="one", order_id="b-1", overlapped=()):
    return {"customer_order_id": reference, "order_id": order_id, "overlapped": [*overlapped]}


def test_what_went_well_is_good():
    verdict = judge([placed()], {"one": record()}, [row()])
    assert verdict.is_good
    assert (verdict.acknowledged, verdict.converged) == (1, 1)


@pytest.mark.parametrize(
    ("records", "ledger"),
    [
        ({"one": None}, [row()]),
        ({"one": record("received")}, [row()]),
        ({"one": record(), "unknown": None}, [row(), row("unknown", "b-2")]),
    ],
)
def test_lost_is_what_the_api_does_not_know_or_never_ends(records, ledger):
    verdict = judge([placed()], records, ledger)
    assert not verdict.is_good
    assert len(verdict.lost) == 1


def as_xml(order_id="one"):
    return placed(order_id, reference="a reference")


def test_an_order_placed_as_xml_is_known_at_bandwidth_by_its_reference():
    order, rows = as_xml(), [row("a reference")]
    assert judge([order], {"one": record()}, by_our_ids([order], {"a reference": ["one"]}, rows)).is_good
    doubled = by_our_ids([order], {"a reference": ["one"]}, [*rows, row("a reference", "b-2")])
    assert judge([order], {"one": record()}, doubled).doubled


def test_two_orders_of_ours_with_one_reference_are_doubled():
    order = as_xml()
    rows = by_our_ids([order], {"a reference": ["one", "two"]}, [row("a reference")])
    assert judge([order], {"one": record(), "two": record()}, rows).doubled


def test_an_order_at_bandwidth_whose_reference_the_api_does_not_know_is_lost():
    order = as_xml(None)
    rows = by_our_ids([order], {"a reference": []}, [row("a reference")])
    assert judge([order], {"a reference": None}, rows).lost


def test_an_order_without_an_answer_that_was_taken_all_the_same_is_good():
    order = as_xml(None)
    rows = by_our_ids([order], {"a reference": ["one"]}, [row("a reference")])
    assert judge([order], {"one": record()}, rows).is_good


def test_doubled_is_what_is_twice_at_bandwidth_or_here():
    assert judge([placed()], {"one": record()}, [row(), row(order_id="b-2")]).doubled
    assert judge([placed(others={"two"})], {"one": record()}, [row()]).doubled


@pytest.mark.parametrize(
    ("order", "state", "ledger"),
    [
        (placed(), "failed", [row()]),
        (placed(), "cancelled", []),
        (placed(cancel="done"), "complete", [row()]),
        (placed(cancel="done"), "cancelled", [row()]),
        (placed(), "complete", [row(overlapped=["b-9"])]),
    ],
)
def test_wrong_is_what_ends_otherwise_than_without_faults(order, state, ledger):
    verdict = judge([order], {"one": record(state)}, ledger)
    assert verdict.wrong
    assert not verdict.is_good


def test_an_order_that_needs_a_person_is_counted_by_its_reason():
    verdict = judge([placed()], {"one": record("needs_attention", "maybe_sent")}, [])
    assert verdict.attention == {"maybe_sent": 1}


def test_a_log_with_a_secret_or_a_whole_number_is_a_leak(tmp_path: Path):
    secrets = Credentials()
    lines = [
        "fine 201*****34",
        f"password {secrets.callback_password}",
        "code q0badbad",
        json.dumps({"to": "2015551234"}),
    ]
    (tmp_path / "api.log").write_text("\n".join(lines))

    found = [*leaks(tmp_path, secrets, {"2015551234"}, {"q0badbad"})]

    assert [each.partition(" shows ")[2] for each in found] == [
        "callback_password",
        "a passcode",
        "a whole telephone number",
    ]


@dataclass(frozen=True)
class Arrived:
    order_id: str
    version: int
    type: str
    raw: bytes = b"body"
    verified: tuple = ("secret",)

    @property
    def id(self):
        return f"evt_{self.order_id}_{self.version}"

    @property
    def body(self):
        return {"id": self.id}


def told_of(*arrived):
    receiver = Receiver("")
    receiver.told += [Arrived("one", version, f"order.{word}") for version, word in arrived]
    return receiver


@pytest.mark.parametrize(
    ("arrived", "is_told"),
    [
        ([(1, "accepted"), (2, "updated"), (3, "updated"), (4, "completed")], True),
        ([(1, "accepted"), (3, "updated"), (4, "completed"), (4, "completed")], True),
        ([(1, "accepted"), (2, "updated"), (4, "completed")], False),
        ([(2, "updated"), (3, "updated"), (4, "completed")], False),
        ([(1, "accepted"), (2, "updated"), (3, "updated")], False),
    ],
)
def test_what_a_receiver_was_not_told_of_is_missed(arrived, is_told):
    assert all_are_told(told_of(*arrived).told, {"id": "one", "version": 4}) == is_told


async def test_an_event_that_is_not_signed_is_wrong():
    receiver = told_of((1, "accepted"), (2, "completed"))
    receiver.told.append(replace(receiver.told[0], verified=()))
    assert list(await untold(receiver, [{"id": "one", "version": 2}])) == ["one"]
