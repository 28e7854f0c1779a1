"""The names and listings of numbers: what tndetails say of lidb and dlda orders."""

from __future__ import annotations

import pytest
from feature_orders import (
    ADDRESS,
    DLDAS,
    LIDBS,
    LISTING,
    PERSON,
    SEEN,
    SHOWN,
    SUBSCRIBER,
    USE,
    accepted,
    dlda,
    dlda_group,
    dlda_of,
    lidb,
    lidb_group,
    lidb_of,
    order_id_of,
    parsed,
)
from lxml import etree
from peer_requests import PACE, details, shape, texts, timed, told
from published import payload

TN = "2018551020"
OTHER = "2018551021"
FAILS = "2015550101"
STARTED = PACE / 4
SAMPLE = "tndetails/openapi-v1-RetrieveTnDetails-resp200-Simple-response"
FRED = "<SubscriberInformation>Fred</SubscriberInformation><UseType>BUSINESS</UseType><Visibility>PUBLIC</Visibility>"
LISTED = SUBSCRIBER + LISTING + PERSON + SHOWN + ADDRESS
NEW = LISTED.replace("Smith", "Jones")


@pytest.fixture
def sandbox():
    with timed() as in_time:
        yield in_time


def feature(sandbox, name, number=TN):
    return details(sandbox, number).find(f"Features/{name}")


def named(sandbox, number=TN):
    """Return a number's name as its status and its subscriber information."""
    found = feature(sandbox, "Lidb", number)
    return None if found is None else (found.findtext("Status"), found.findtext("SubscriberInformation"))


def listed(sandbox, number=TN):
    """Return a number's listing as its status and last name."""
    found = feature(sandbox, "Dlda", number)
    return None if found is None else (found.findtext("Status"), found.findtext("ListingName/LastName"))


def name(sandbox, *numbers, text="Joes Garage"):
    inner = f"<SubscriberInformation>{text}</SubscriberInformation>{USE}{SEEN}"
    accepted(sandbox, LIDBS, lidb(*numbers, inner=inner))


def enlist(sandbox, *numbers, inner=LISTED, wait=PACE, **parts):
    order_id = order_id_of(accepted(sandbox, DLDAS, dlda(*numbers, inner=inner, **parts)))
    sandbox.clock.wait(wait)
    return order_id


def test_both_features_say_what_the_sample_says(sandbox):
    published = etree.fromstring(payload(SAMPLE)).find("TelephoneNumberDetails/Features")
    published.remove(published.find("E911"))
    asked = etree.fromstring(etree.tostring(published.find("Dlda")))
    asked.remove(asked.find("Status"))
    asked.find("Address").remove(asked.find("Address/Country"))
    asked.find("Address/AddressType").text = "DLDA"
    enlist(sandbox, TN, inner="".join(etree.tostring(part).decode() for part in asked))
    accepted(sandbox, LIDBS, lidb(TN, inner=FRED))
    document = details(sandbox, TN).find("Features")
    assert (shape(document), told(document)) == (shape(published), told(published))


def test_a_name_is_pending_while_its_order_is_open_and_a_success_after_that(sandbox):
    name(sandbox, TN)
    assert named(sandbox) == ("Pending", "Joes Garage")
    sandbox.clock.wait(STARTED)
    assert named(sandbox) == ("Pending", "Joes Garage")
    sandbox.clock.wait(PACE)
    assert named(sandbox) == ("Success", "Joes Garage")
    assert list(texts(feature(sandbox, "Lidb")).items()) == [
        ("Status", "Success"),
        ("SubscriberInformation", "Joes Garage"),
        ("UseType", "RESIDENTIAL"),
        ("Visibility", "PUBLIC"),
    ]


@pytest.mark.parametrize("number", [FAILS, "2015550110", "2015550111", "2015550112"])
def test_a_name_that_failed_was_never_there(sandbox, number):
    name(sandbox, number)
    assert named(sandbox, number) == ("Pending", "Joes Garage")
    sandbox.clock.wait(PACE)
    assert named(sandbox, number) is None


def test_a_name_whose_number_is_refused_at_once_is_not_even_pending(sandbox):
    name(sandbox, "2015550107", TN)
    assert (named(sandbox, "2015550107"), named(sandbox)) == (None, ("Pending", "Joes Garage"))


def test_a_name_stays_until_another_one_succeeds(sandbox):
    name(sandbox, TN)
    sandbox.clock.wait(PACE)
    name(sandbox, TN, "2015550111", text="Joes Storage")
    assert named(sandbox) == ("Pending", "Joes Storage")
    sandbox.clock.wait(PACE)
    assert named(sandbox) == ("Success", "Joes Garage")
    name(sandbox, TN, text="Joes Storage")
    sandbox.clock.wait(PACE)
    assert named(sandbox) == ("Success", "Joes Storage")


def test_a_second_order_for_a_name_in_process_shows_the_first(sandbox):
    name(sandbox, TN)
    name(sandbox, TN, OTHER, text="Joes Storage")
    assert (named(sandbox), named(sandbox, OTHER)) == (("Pending", "Joes Garage"), ("Pending", "Joes Storage"))
    sandbox.clock.wait(PACE)
    assert (named(sandbox), named(sandbox, OTHER)) == (("Success", "Joes Garage"), ("Success", "Joes Storage"))


def test_of_a_partial_order_only_the_numbers_that_succeeded_have_the_name(sandbox):
    other = lidb_group(OTHER, inner=FRED)
    accepted(sandbox, LIDBS, lidb_of(lidb_group(FAILS, TN), other))
    sandbox.clock.wait(PACE)
    assert [named(sandbox, number) for number in (FAILS, TN, OTHER)] == [
        None,
        ("Success", "Joes Garage"),
        ("Success", "Fred"),
    ]


def test_an_open_listing_is_replaced_with_a_link_that_leads_to_its_order(sandbox):
    order_id = enlist(sandbox, TN, wait=0)
    pending = feature(sandbox, "Dlda")
    assert shape(pending) == ("Dlda", [("Status", []), ("OrderLink", [])])
    link = pending.findtext("OrderLink")
    assert link.endswith(f"/dldas/{order_id}")
    assert parsed(sandbox.http.get(link)).findtext("DldaOrder/OrderId") == order_id


def test_a_listing_can_be_edited_until_it_is_being_processed(sandbox):
    enlist(sandbox, TN, wait=0)
    assert listed(sandbox) == ("Pending-Editable", None)
    sandbox.clock.wait(STARTED)
    assert listed(sandbox) == ("Pending-Locked", None)
    assert feature(sandbox, "Dlda").find("OrderLink") is not None
    sandbox.clock.wait(PACE)
    assert listed(sandbox) == ("Success", "Smith")


def test_a_listing_has_the_words_of_answers_and_the_type_of_its_subscriber(sandbox):
    enlist(sandbox, TN)
    listing = feature(sandbox, "Dlda")
    assert [part.tag for part in listing] == [
        "Status",
        "SubscriberType",
        "ListingType",
        "ListingName",
        "ListAddress",
        "Address",
    ]
    assert listing.findtext("SubscriberType") == "RESIDENTIAL"
    assert told(listing.find("Address"))[-2:] == [("Country", "United States"), ("AddressType", "Dlda")]


def test_the_only_attempt_that_failed_says_so_and_nothing_else(sandbox):
    enlist(sandbox, FAILS, TN)
    assert told(feature(sandbox, "Dlda", FAILS)) == [("Dlda", ""), ("Status", "Failed")]
    assert listed(sandbox) == ("Success", "Smith")


def test_a_number_that_is_refused_at_once_has_failed(sandbox):
    enlist(sandbox, "2015550107", TN, wait=0)
    assert (listed(sandbox, "2015550107"), listed(sandbox)) == (("Failed", None), ("Pending-Editable", None))


def test_a_listing_outlives_a_later_failure_and_is_replaced_by_a_later_success(sandbox):
    enlist(sandbox, TN)
    enlist(sandbox, TN, "2015550111", inner=NEW)
    assert listed(sandbox) == ("Success", "Smith")
    enlist(sandbox, TN, inner=NEW)
    assert listed(sandbox) == ("Success", "Jones")


def test_a_success_forgets_an_earlier_failure(sandbox):
    enlist(sandbox, TN, "2015550111")
    assert listed(sandbox) == ("Failed", None)
    enlist(sandbox, TN)
    assert listed(sandbox) == ("Success", "Smith")
    enlist(sandbox, TN, inner="", delete="true")
    assert listed(sandbox) is None


def test_a_cancelled_order_leaves_everything_as_it_was(sandbox):
    enlist(sandbox, TN)
    enlist(sandbox, TN, OTHER, "2015550124", inner=NEW)
    assert (listed(sandbox), listed(sandbox, OTHER)) == (("Success", "Smith"), None)


def test_a_removal_is_pending_and_then_the_listing_is_gone(sandbox):
    enlist(sandbox, TN)
    enlist(sandbox, TN, inner="", delete="true", wait=STARTED)
    assert listed(sandbox) == ("Pending-Locked", None)
    sandbox.clock.wait(PACE)
    assert listed(sandbox) is None


def test_a_removal_that_failed_leaves_the_listing(sandbox):
    enlist(sandbox, TN)
    enlist(sandbox, TN, "2015550111", inner="", delete="true")
    assert (listed(sandbox), listed(sandbox, "2015550111")) == (("Success", "Smith"), None)


def test_a_listing_is_the_one_that_its_order_was_changed_to(sandbox):
    order_id = enlist(sandbox, "2015550125", wait=10 * PACE)
    assert listed(sandbox, "2015550125") == ("Pending-Editable", None)
    assert sandbox.http.put(f"{DLDAS}/{order_id}", content=dlda("2015550125", inner=NEW)).status_code == 200
    sandbox.clock.wait(PACE)
    assert listed(sandbox, "2015550125") == ("Success", "Jones")


def test_every_group_lists_its_own_numbers(sandbox):
    accepted(sandbox, DLDAS, dlda_of(dlda_group(TN), dlda_group(OTHER, inner=NEW)))
    sandbox.clock.wait(PACE)
    assert (listed(sandbox), listed(sandbox, OTHER)) == (("Success", "Smith"), ("Success", "Jones"))


def test_a_restart_keeps_names_and_listings_as_they_stand(tmp_path):
    with timed(data_dir=tmp_path) as sandbox:
        enlist(sandbox, TN)
        name(sandbox, TN, OTHER)
        order_id = enlist(sandbox, OTHER, wait=STARTED)
        before, now = details(sandbox, TN), sandbox.clock.now
    with timed(data_dir=tmp_path) as sandbox:
        sandbox.clock.now = now
        assert told(details(sandbox, TN)) == told(before)
        assert (named(sandbox), listed(sandbox)) == (("Pending", "Joes Garage"), ("Success", "Smith"))
        assert feature(sandbox, "Dlda", OTHER).findtext("OrderLink").endswith(order_id)
        sandbox.clock.wait(PACE)
        assert (named(sandbox, OTHER), listed(sandbox, OTHER)) == (("Success", "Joes Garage"), ("Success", "Smith"))
