from __future__ import annotations

import pytest
from door import wrongs
from kind_cases import body_of, order_of, sent

from service import xml
from service.kinds import shelf
from service.order_request.reading import read_order

GROUP = "/groups/0"


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("subscriber_information", "Sixteen letters!", "11005"),
        ("subscriber_information", " Joe", "11024"),
        ("subscriber_information", "", "1012"),
        ("subscriber_information", "\t", None),
        ("subscriber_information", "Joe\nGarage", None),
        ("subscriber_information", "a\x00b", None),
        ("subscriber_information", 15, None),
        ("subscriber_information", None, "1003"),
        ("use_type", "PRIVATE", "11006"),
        ("use_type", None, "11006"),
        ("visibility", "BUSINESS", "11007"),
        ("visibility", True, "11007"),
        ("visibility", None, "11007"),
        ("telephone_numbers", [], "5073"),
    ],
)
def test_the_door_refuses_what_bandwidth_would(field, value, code):
    assert wrongs("lidb", body_of("lidb", f"{GROUP}/{field}", value)) == [(f"{GROUP}/{field}", code)]


def test_everything_that_is_missing_is_told_at_once():
    body = {"groups": [{"telephone_numbers": ["201855102"]}, {}]}

    assert wrongs("lidb", body) == [
        ("/groups/0/telephone_numbers/0", "5070"),
        ("/groups/0/subscriber_information", "1003"),
        ("/groups/0/use_type", "11006"),
        ("/groups/0/visibility", "11007"),
        ("/groups/1/telephone_numbers", "5073"),
        ("/groups/1/subscriber_information", "1003"),
        ("/groups/1/use_type", "11006"),
        ("/groups/1/visibility", "11007"),
    ]


def test_words_are_taken_in_any_case_and_sent_in_the_published_one():
    body = body_of("lidb")
    body["groups"][0] |= {"use_type": "business", "visibility": "Private", "subscriber_information": "Fifteen letters"}

    _, root = sent("lidb", body)

    group = xml.child(root, "LidbTnGroups", "LidbTnGroup")
    assert [each.tag for each in group] == ["TelephoneNumbers", "SubscriberInformation", "UseType", "Visibility"]
    assert [each.text for each in group[1:]] == ["Fifteen letters", "BUSINESS", "PRIVATE"]


def test_a_name_is_found_again_however_bandwidth_cuts_the_groups():
    resource = shelf()["lidb"].submit.__self__
    order, request = order_of("lidb", body_of("lidb"))
    ours = resource.read_groups(resource.write(order, request))
    split = "".join(
        f"<LidbTnGroup><TelephoneNumbers><TelephoneNumber>+1{number}</TelephoneNumber></TelephoneNumbers>"
        "<FullNumber>8042105618</FullNumber><SubscriberInformation>JOES GARAGE</SubscriberInformation>"
        "<UseType>BUSINESS</UseType><Visibility>PUBLIC</Visibility></LidbTnGroup>"
        for number in reversed(order.telephone_numbers)
    )

    theirs = resource.read_groups(xml.parse(f"<LidbOrder><LidbTnGroups>{split}</LidbTnGroups></LidbOrder>".encode()))

    assert ours == theirs
    other = read_order(shelf()["lidb"].model, body_of("lidb", f"{GROUP}/visibility", "PRIVATE"))
    assert resource.read_groups(resource.write(order, other)) != ours
