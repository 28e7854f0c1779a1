"""lidb: the name that a called party sees, CNAM (POST /accounts/{id}/lidbs; guide "Calling Name Display Update").

Bandwidth works on these orders by hand: they take more than a day.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, Final

from pydantic import AfterValidator, ConfigDict

from service import xml
from service.kind import Kind
from service.order import Order
from service.order_request.fields import Line, OneOf
from service.order_request.groups import Group, GroupedOrder, Groups
from service.order_request.rules import Wrong
from service.order_request.shape import needing, wrong
from service.order_resource import OrderResource, elements, reading, selection, vocabulary
from service.xml import Element

#: characters that a telephone shows
_LONGEST_NAME: Final = 15
_FIELDS: Final = {
    "subscriber_information": "SubscriberInformation",
    "use_type": "UseType",
    "visibility": "Visibility",
}
_REQUIRED: Final = {
    "subscriber_information": ("1003", f"Give the name that is shown, at most {_LONGEST_NAME} characters."),
    "use_type": ("11006", "Give BUSINESS or RESIDENTIAL."),
    "visibility": ("11007", "Give PUBLIC or PRIVATE."),
}


def _subscriber_information(text: str) -> str:
    if text.startswith(" "):
        raise wrong("11024", "Begin with another character than a space.")
    if len(text) > _LONGEST_NAME:
        raise wrong("11005", f"Give at most {_LONGEST_NAME} characters.")
    return text


class LidbGroup(Group):
    """Telephone numbers and the name that they show: LidbTnGroup in Bandwidth's OpenAPI."""

    model_config = ConfigDict(json_schema_extra=needing("telephone_numbers", *_REQUIRED))

    subscriber_information: Annotated[Line, AfterValidator(_subscriber_information)] | None = None
    use_type: Annotated[str | None, OneOf("11006", ("RESIDENTIAL", "BUSINESS"))] = None
    #: PRIVATE: the name is stored, and not shown on a standard call
    visibility: Annotated[str | None, OneOf("11007", ("PUBLIC", "PRIVATE"))] = None

    def rules(self) -> Iterator[Wrong]:
        """Yield what is missing."""
        yield from super().rules()
        for field, (code, sentence) in _REQUIRED.items():
            if getattr(self, field) is None:
                yield Wrong((field,), code, sentence)


class LidbOrder(GroupedOrder):
    """An order for names: every group of numbers gets one."""

    groups: Groups[LidbGroup]


def _write(order: Order, request: LidbOrder) -> Element:
    groups = (
        xml.element("LidbTnGroup", elements.numbers(group.telephone_numbers), *elements.leaves(group, _FIELDS))
        for group in request.groups
    )
    return xml.element(
        "LidbOrder", xml.element("CustomerOrderId", order.reference), xml.element("LidbTnGroups", *groups)
    )


def _read_groups(order: Element) -> reading.Groups:
    return reading.by_number(
        order, "LidbTnGroups", "LidbTnGroup", lambda group: elements.options(group, _FIELDS.values())
    )


def _body_of(order: Element) -> dict[str, Any]:
    groups = xml.children(xml.child(order, "LidbTnGroups"), "LidbTnGroup")
    return {
        **elements.fields(order, {"customer_order_id": "CustomerOrderId"}),
        "groups": [
            {"telephone_numbers": elements.numbers_of(group), **elements.fields(group, _FIELDS)} for group in groups
        ],
    }


_VOCABULARY: Final = vocabulary.order(
    "LidbOrder",
    vocabulary.groups("LidbTnGroup", *vocabulary.leaves(_FIELDS), vocabulary.Part("FullNumber", told=True)),
)
_AT_BANDWIDTH: Final = OrderResource(
    path="lidbs",
    order_element="LidbOrder",
    write=_write,
    read_groups=_read_groups,
    list_roots=selection.ROOTS,
    list_element=selection.ELEMENT,
    list_entries=selection.ENTRIES,
    list_query=selection.query,
    asks_for_reference=False,
    survey_queries=selection.survey_queries,
    missing_is_unmoved=True,
    body_of=_body_of,
    # 5015 timed out, 11020 in process elsewhere
    retryable=frozenset({"1000", "1010", "5015", "11020"}),
    in_process=frozenset({"11020"}),
)

KIND: Final = Kind(
    name="lidb",
    model=LidbOrder,
    family="lidb",
    subjects=LidbOrder.subjects,
    submit=_AT_BANDWIDTH.submit,
    find=_AT_BANDWIDTH.find,
    check=_AT_BANDWIDTH.check,
    adopt=_AT_BANDWIDTH.adopt,
    survey=_AT_BANDWIDTH.survey,
    xml=vocabulary.OrderXml(_VOCABULARY, _body_of, _write),
    # most end by a callback; without one, a name is known four hours late at most, and a day costs nine looks
    looks=(5, 15, 60, 300, 900, 1800, 3600, 7200, 14400),
    # the OpenAPI document and the guide's prose differ
    subscription_names=("lidbs", "lidb"),
    callback_names=("lidbs", "lidb"),
    personal_elements=frozenset({"SubscriberInformation"}),
    personal_fields=frozenset({"subscriber_information"}),
    safe_to_resend=True,
    example={
        "customer_order_id": "LidbOrder1",
        "groups": [
            {
                "telephone_numbers": ["2018551030", "2018551031"],
                "subscriber_information": "Joes Garage",
                "use_type": "BUSINESS",
                "visibility": "PUBLIC",
            }
        ],
    },
)
