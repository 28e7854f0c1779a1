from __future__ import annotations

import pytest
from door import sentences, wrongs
from kind_cases import body_of, order_of, sent

from service import xml
from service.kinds import shelf
from service.order_request.reading import read_order

GROUP = "/groups/0"


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("subscriber_type", "PERSON", "16109"),
        ("subscriber_type", None, "16109"),
        ("listing_type", "SECRET", "16110"),
        ("listing_type", None, "16110"),
        ("listing_name", None, "1003"),
        ("listing_name/first_name", None, "1003"),
        ("listing_name/last_name", None, "1003"),
        ("listing_name/last_name", "", "1012"),
        ("listing_name/last_name", "  ", None),
        ("address/street_name", "Elm\nAve", None),
        ("listing_name/last_name", "a" * 101, "1011"),
        ("list_address", "perhaps", None),
        ("list_address", None, "1003"),
        ("address", None, "1003"),
        ("address/city", None, "1003"),
        ("address/state_code", "XX", "16114"),
        ("address/state_code", None, "16114"),
        ("address/zip", None, "1003"),
        ("address/zip", 93013, None),
        ("address/zip", "9#", None),
        ("address/plus_four", "12", None),
        ("address/pre_directional", "NORTH", None),
        ("address/house_number", None, "1003"),
        ("address/street_name", None, "1003"),
        ("address/address_type", "HOME", None),
        ("telephone_numbers", [], "5073"),
    ],
)
def test_the_door_refuses_what_bandwidth_would(field, value, code):
    assert wrongs("dlda", body_of("dlda", f"{GROUP}/{field}", value)) == [(f"{GROUP}/{field}", code)]


def test_an_address_that_is_not_listed_needs_no_street():
    body = body_of("dlda", f"{GROUP}/list_address", False)
    for part in ("house_number", "street_name"):
        del body["groups"][0]["address"][part]

    assert wrongs("dlda", body) == []


def test_numbers_alone_are_good_for_taking_listings_away_only():
    bare = {"groups": [{"telephone_numbers": ["2018551040"]}]}

    assert wrongs("dlda", bare) == [("/groups/0", "16109")]
    assert "delete_dlda_tn_groups" in sentences("dlda", bare)[0]
    assert wrongs("dlda", {**bare, "delete_dlda_tn_groups": True}) == []
    assert wrongs("dlda", {**bare, "delete_dlda_tn_groups": "maybe"}) == [("/delete_dlda_tn_groups", "16112")]
    assert wrongs("dlda", {"groups": []}) == [("/groups", "16104")]
    other = body_of("dlda", f"{GROUP}/address/state_code", "XX")["groups"]
    other[0]["telephone_numbers"] = ["2018551041"]
    assert wrongs("dlda", {"groups": [*other, *bare["groups"]]}) == [
        ("/groups/0/address/state_code", "16114"),
        ("/groups/1", "16109"),
    ]


def test_deletion_is_sent_beside_the_groups():
    _, root = sent("dlda", {"groups": [{"telephone_numbers": ["2018551040"]}], "delete_dlda_tn_groups": True})

    assert [each.tag for each in root] == ["CustomerOrderId", "DeleteDldaTnGroups", "DldaTnGroups"]
    assert xml.text(root, "DeleteDldaTnGroups") == "true"
    assert [each.tag for each in root[2][0]] == ["TelephoneNumbers"]


def test_the_address_type_is_dlda_when_it_is_left_out():
    _, root = sent("dlda", body_of("dlda"))

    assert xml.text(root, "DldaTnGroups", "DldaTnGroup", "Address", "AddressType") == "DLDA"


@pytest.mark.parametrize(
    ("field", "given", "element", "told"),
    [
        ("listing_type", "NonListed", "ListingType", "NON_LISTED"),
        ("listing_type", "NonPublished", "ListingType", "NON_PUBLISHED"),
        ("subscriber_type", "RESIDENCE", "SubscriberType", "RESIDENTIAL"),
        ("subscriber_type", "residential", "SubscriberType", "RESIDENTIAL"),
    ],
)
def test_spellings_of_the_guide_are_sent_as_the_schema_wants_them(field, given, element, told):
    _, root = sent("dlda", body_of("dlda", f"{GROUP}/{field}", given))

    assert xml.text(root, "DldaTnGroups", "DldaTnGroup", element) == told


def test_a_business_with_a_first_name_goes_with_a_notice():
    model, business = shelf()["dlda"].model, body_of("dlda", f"{GROUP}/subscriber_type", "BUSINESS")
    (notice,) = read_order(model, business).notices()
    assert (notice.count, "whole name in last_name" in notice.description) == (1, True)

    del business["groups"][0]["listing_name"]["first_name"]
    business["groups"][0]["listing_name"]["place_listing_as"] = "Ten Forty Tax"

    assert list(read_order(model, business).notices()) == []


def test_a_listing_is_recognized_although_it_comes_back_in_other_words():
    resource = shelf()["dlda"].submit.__self__
    order, request = order_of("dlda", body_of("dlda"))
    ours = resource.write(order, request)
    theirs = (
        xml.write(ours)
        .decode()
        .replace("SubscriberType>", "AccountType>")
        .replace("RESIDENTIAL", "RESIDENCE")
        .replace(">DLDA<", ">Dlda<")
        .replace("</Address>", "<Country>United States</Country><HousePrefix></HousePrefix></Address>")
    )

    assert resource.read_groups(xml.parse(theirs.encode())) == resource.read_groups(ours)
    other = read_order(shelf()["dlda"].model, body_of("dlda", f"{GROUP}/listing_name/first_name", "Anna"))
    assert resource.read_groups(resource.write(order, other)) != resource.read_groups(ours)
