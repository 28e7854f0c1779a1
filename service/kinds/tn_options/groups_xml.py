"""The XML of a tn-options order, both ways: written as the published sample is, compared as numbers with options."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from service import xml
from service.kinds.tn_options import route_plan
from service.kinds.tn_options.group import A2pSettings, TnOptionGroup
from service.order_resource.reading import Groups, by_number, canonical
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
#: Bandwidth leaves the passcode out of most answers, so it says nothing about whose order this is
_COMPARED: Final = tuple(
    tag for field, tag in {**_BEFORE_PLANS, **_AFTER_PLANS}.items() if field != "port_out_passcode"
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
        *_plain(group, _BEFORE_PLANS),
        _a2p(group.a2p_settings),
        route_plan.write(group.origination_route_plan),
        *_plain(group, _AFTER_PLANS),
        xml.element("TelephoneNumbers", *(xml.element("TelephoneNumber", each) for each in group.telephone_numbers)),
    )


def _plain(group: TnOptionGroup, elements: dict[str, str]) -> Iterator[Element | None]:
    for field, tag in elements.items():
        yield _leaf(tag, getattr(group, field))


def _leaf(tag: str, value: str | None) -> Element | None:
    return None if value is None else xml.element(tag, value)


def _a2p(settings: A2pSettings | None) -> Element | None:
    if settings is None:
        return None
    return xml.element(
        "A2pSettings",
        _leaf("MessageClass", settings.message_class),
        _leaf("CampaignId", settings.campaign_id),
        _leaf("Action", settings.action),
    )


def read_groups(order: Element) -> Groups:
    """Return what an order, of ours or of Bandwidth's, sets for each number; the passcode apart."""
    return by_number(order, "TnOptionGroups", "TnOptionGroup", _options)


def _options(group: Element) -> Iterator[tuple[str, str]]:
    for tag in _COMPARED:
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
