"""What Bandwidth repeats of people in its own words is masked where it says so."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest

from service.doorway.personal import Veil, masked_order
from service.lifecycle import State
from service.order import Attention, Order, Outcome, Remark, Waiting
from service.report import Document

GROUP = {
    "telephone_numbers": ["2018551040"],
    "listing_type": "LISTED",
    "listing_name": {"first_name": "Ann", "last_name": "van der Berg"},
    "address": {
        "house_number": "915",
        "street_name": "Elm",
        "city": "Carpinteria",
        "state_code": "IN",
        "zip": "93013",
        "address_type": "DLDA",
    },
}
ORDER = Order(
    id="018bcfe5-6800-7000-8000-000000000000",
    account_id="14",
    kind="dlda",
    state=State.FAILED,
    version=3,
    origin="api",
    customer_order_id="Elm 915",
    telephone_numbers=("2018551040",),
    request={"groups": [GROUP]},
    secrets=None,
    metadata={"Elm": "Elm"},
    created_at=1,
    updated_at=1,
)
VEIL = Veil(ORDER)
M = "********"


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("The name Ann van der Berg is too long.", f"The name {M} {M} is too long."),
        ("ANN VAN  DER\nBERG, carpinteria", f"{M} {M}, {M}"),
        ("915 Elm, Carpinteria, IN 93013", f"{M} {M}, {M}, IN {M}"),
        ("'Elm'", f"'{M}'"),
        ("van der Bergen stays, Annex and der Berg too", "van der Bergen stays, Annex and der Berg too"),
        ("Number 9155551234 is in process in a DLDA order.", "Number 9155551234 is in process in a DLDA order."),
        ("van der van der Berg", f"van der {M}"),
        ("", ""),
    ],
)
def test_values_are_masked_as_whole_words_in_any_case(said, shown):
    assert VEIL.text(said) == shown


def test_an_order_is_masked_wherever_bandwidth_speaks_and_nowhere_else():
    remark = Remark("No such street: Elm.", "16108", ("2018551040",), 1)
    spoken = replace(
        ORDER,
        errors=(remark,),
        warnings=(remark,),
        attention=Attention("outcome_unknown", "Look for Elm."),
        waiting=Waiting("not_sent: Elm"),
        bandwidth_status="Elm",
    )
    shown = masked_order(spoken)

    masked = replace(remark, description=f"No such street: {M}.")
    assert (shown.errors, shown.warnings) == ((masked,), (masked,))
    assert (shown.attention, shown.waiting) == (
        Attention("outcome_unknown", f"Look for {M}."),
        Waiting(f"not_sent: {M}"),
    )
    hidden = {"house_number", "street_name", "city", "state_code", "zip"}
    assert shown.request["groups"] == [
        {
            **GROUP,
            "listing_name": {"first_name": M, "last_name": M},
            "address": {name: M if name in hidden else value for name, value in GROUP["address"].items()},
        }
    ]
    # what a caller names as it likes, and what programs compare
    assert (shown.customer_order_id, shown.metadata, shown.bandwidth_status) == ("Elm 915", {"Elm": "Elm"}, "Elm")
    assert spoken.request["groups"] == [GROUP]


def test_outcomes_and_entries_are_masked_in_their_texts():
    outcome = Outcome("failed", "915", "Elm is no street", retryable=False, warning="Ann?")
    assert VEIL.outcome(outcome) == Outcome("failed", "915", f"{M} is no street", retryable=False, warning=f"{M}?")
    entry = {"at": 915, "source": "history", "event": "history", "detail": "Elm", "note": "Ann", "version": 915}
    assert VEIL.entry(entry) == {**entry, "detail": M, "note": M}


@pytest.mark.parametrize(
    ("kept", "shown"),
    [
        (
            '<a><Address kind="x"><City>Carpinteria</City></Address><Country>Elm</Country>tail Elm</a>',
            f"<a><Address>{M}</Address><Country>{M}</Country>tail {M}</a>",
        ),
        ("<a b='Elm'><ns:listingName xmlns:ns='n'>x</ns:listingName><Address/></a>", None),
        ("<html>Elm<Address><City>cut off in the mid", f"<html>{M}<Address>{M}"),
        ("<html>&lt;Address&gt;x&lt;/Address&gt; Elm", f"<html>&lt;Address&gt;{M}&lt;/Address&gt; {M}"),
        ("no XML: Ann van der Berg", f"no XML: {M} {M}"),
        ("", ""),
    ],
)
def test_documents_are_masked_by_element_and_by_word(kept, shown):
    masked = VEIL.document(Document("received", "GET dldas", kept, 200)).xml
    assert shown is None or masked == shown
    assert not [each for each in ("Elm", "Carpinteria", "Ann", ">x<", "cut off") if each in masked]


def test_a_lifted_veil_and_kinds_without_people_change_nothing():
    document = Document("received", "GET", "<a><Address>Elm</Address></a>", 200)
    for veil in (Veil(ORDER, lifted=True), Veil(replace(ORDER, kind="tn-options"))):
        assert veil.document(document) is document
        assert veil.text("Elm") == "Elm"
    assert masked_order(replace(ORDER, kind="tn-options")).request == ORDER.request


def test_an_order_of_five_thousand_listings_is_masked_in_no_time():
    groups = [
        {
            "telephone_numbers": [f"20155{n:05}"],
            "listing_name": {"last_name": f"name {n}"},
            "address": {"city": f"c{n}"},
        }
        for n in range(5_000)
    ]
    large = replace(ORDER, request={"groups": groups})
    began = time.process_time()
    text = Veil(large).text("of name 4711 in c42 and name 5000 " * 1_000)
    assert time.process_time() - began < 2
    assert text == f"of {M} in {M} and name 5000 " * 1_000
