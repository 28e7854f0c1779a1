"""The XML of a tn-options order, both ways: written as the published sample is, compared as numbers with options."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from service import xml
from service.carrier_words import canonical
from service.kinds.tn_options import route_plan
from service.kinds.tn_options.group import A2pSettings, TnOptionGroup
from service.order_resource import elements, vocabulary
from service.order_resource.reading import Groups, by_number
from service.order_resource.vocabulary import Part
from service.xml import Element

#: plain options and their elements, in the order of the published request sample (NNID and ESPID stand in none)
_BEFORE_PLANS: Final = {
    "number_format": "NumberFormat",
    "rpid_format": "RPIDFormat",
    "rewrite_user": "RewriteUser",
    "call_forward": "CallForward",
    "calling_name_display": "CallingNameDisplay",
    "port_out_passcode": "PortOutPasscode",
    "protected": "Protected",
    "sms": "Sms",
    "final_destination_uri": "FinalDestinationURI",
    "nnid": "NNID",
    "espid": "ESPID",
}
_AFTER_PLANS: Final = {
    "pindrop_enabled": "PindropEnabled",
    "call_verification_enabled": "CallVerificationEnabled",
}
_A2P: Final = {"message_class": "MessageClass", "campaign_id": "CampaignId", "action": "Action"}
#: Bandwidth leaves the passcode out of most answers, so it says nothing about whose order this is; and it is secret
_TOLD: Final = {field: tag for field, tag in {**_BEFORE_PLANS, **_AFTER_PLANS}.items() if field != "port_out_passcode"}
#: names are found in any case: FinalDestinationUri and RpidFormat, as a published SDK writes them, are these two
VOCABULARY: Final = vocabulary.order(
    "TnOptionOrder",
    vocabulary.groups(
        "TnOptionGroup",
        *vocabulary.leaves(_BEFORE_PLANS, _AFTER_PLANS),
        Part("A2pSettings", vocabulary.leaves(_A2P)),
        route_plan.VOCABULARY,
    ),
)


def write(reference: str, groups: tuple[TnOptionGroup, ...]) -> Element:
    """Write the body of POST tnoptions."""
    return xml.element(
        "TnOptionOrder",
        xml.element("CustomerOrderId", reference),
        xml.element("TnOptionGroups", *map(_group, groups)),
    )


def _group(group: TnOptionGroup) -> Element:
    return xml.element(
        "TnOptionGroup",
        *elements.leaves(group, _BEFORE_PLANS),
        _a2p(group.a2p_settings),
        route_plan.write(group.origination_route_plan),
        *elements.leaves(group, _AFTER_PLANS),
        elements.numbers(group.telephone_numbers),
    )


def _a2p(settings: A2pSettings | None) -> Element | None:
    if settings is None:
        return None
    return xml.element("A2pSettings", *elements.leaves(settings, _A2P))


def body_of(order: Element) -> dict[str, Any]:
    """Read the JSON body that would make an order, from our XML or Bandwidth's; passcodes are left out."""
    groups = xml.children(xml.child(order, "TnOptionGroups"), "TnOptionGroup")
    return {
        **elements.fields(order, {"customer_order_id": "CustomerOrderId"}),
        "groups": [_group_of(each) for each in groups],
    }


def asked_of(order: Element) -> dict[str, Any]:
    """Read the JSON body that an order of a client's asks for, its passcodes included."""
    body = body_of(order)
    groups = xml.children(xml.child(order, "TnOptionGroups"), "TnOptionGroup")
    for group, element in zip(body["groups"], groups, strict=True):
        group.update(elements.fields(element, {"port_out_passcode": _BEFORE_PLANS["port_out_passcode"]}))
    return body


def _group_of(group: Element) -> dict[str, Any]:
    parts = {
        "a2p_settings": elements.fields(xml.child(group, "A2pSettings"), _A2P),
        "origination_route_plan": route_plan.read(xml.child(group, "OriginationRoutePlan")),
    }
    return {
        "telephone_numbers": elements.numbers_of(group),
        **elements.fields(group, _TOLD),
        **{field: part for field, part in parts.items() if part},
    }


def read_groups(order: Element) -> Groups:
    """Return what an order, of ours or of Bandwidth's, sets for each number; the passcode apart."""
    return by_number(order, "TnOptionGroups", "TnOptionGroup", _options)


def _options(group: Element) -> Iterator[tuple[str, str]]:
    for tag in _TOLD.values():
        value = canonical(xml.text(group, tag))
        if value not in ("", "unchanged"):
            yield tag, value
    yield from _a2p_option(xml.child(group, "A2pSettings"))
    yield from _plan_option(xml.child(group, "OriginationRoutePlan"))


def _a2p_option(settings: Element | None) -> Iterator[tuple[str, str]]:
    parts = [canonical(xml.text(settings, tag)) for tag in ("Action", "MessageClass", "CampaignId")]
    if any(parts) and parts[0] != "unchanged":
        yield "A2pSettings", " ".join([parts[0] or "asspecified", *parts[1:]])


def _plan_option(plan: Element | None) -> Iterator[tuple[str, str]]:
    action = canonical(xml.text(plan, "Action"))
    # Bandwidth may add an id, types and names of its own, so they do not count
    routes = sorted(
        " ".join(canonical(xml.text(route, tag)) for tag in ("Priority", "Endpoint", "Weight"))
        for route in xml.children(plan, "Route")
    )
    if (action or routes) and action != "unchanged":
        yield "OriginationRoutePlan", "\n".join([action or "asspecified", *routes])
