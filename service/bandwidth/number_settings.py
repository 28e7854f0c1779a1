"""How calls and messages of a telephone number go: its TnOptions, route plan and messaging (OpenAPI of /tndetails)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import astuple, dataclass, replace
from typing import Final

from service import xml
from service.bandwidth.number_fields import tag, text, texts
from service.carrier_words import count

_ON_OFF: Final[Mapping[str | None, str]] = {"true": "on", "false": "off"}
#: as orders spell them; samples of details have `Ipv4`
_ENDPOINT_TYPES: Final = {each.lower(): each for each in ("TN", "IPv4", "SIP", "FQDN")}


@dataclass(frozen=True, slots=True)
class TnOptions:
    """The line options. PortOutPasscode has no field: a secret that is not read cannot get out."""

    call_forward: str | None
    number_format: str | None
    rpid_format: str | None
    rewrite_user: str | None
    #: `on` or `off`, as in orders
    calling_name_display: str | None
    final_destination_uri: str | None
    pindrop_enabled: str | None
    call_verification_enabled: str | None


@dataclass(frozen=True, slots=True)
class Route:
    """One way for a call."""

    endpoint: str | None
    priority: int | None
    weight: int | None
    endpoint_type: str | None
    name: str | None


@dataclass(frozen=True, slots=True)
class RoutePlan:
    """The plan by which incoming calls find their way."""

    id: str | None
    routes: tuple[Route, ...]


@dataclass(frozen=True, slots=True)
class NnRoute:
    """The route of messages that an NNID names."""

    nnid: str | None
    name: str | None


@dataclass(frozen=True, slots=True)
class MessagingSettings:
    """How messages go."""

    sms_enabled: str | None
    campaign_id: str | None
    campaign_fully_provisioned: str | None
    message_class: str | None
    #: in lower case: the schema has upper case, all samples lower
    a2p_state: str | None
    assigned_nn_route: NnRoute | None


def read_options(element: xml.Element | None) -> TnOptions | None:
    """Read the element `TnOptions`; None when it has none but the passcode, whose being there is not told either."""
    options = texts(TnOptions, element)
    if options is None or not any(astuple(options)):
        return None
    display = (options.calling_name_display or "").lower() or None
    return replace(options, calling_name_display=_ON_OFF.get(display, display))


def read_plan(element: xml.Element | None) -> RoutePlan | None:
    """Read the element `OriginationRoutePlan`; None when it has no routes."""
    routes = tuple(map(_route, xml.children(element, "Route")))
    return RoutePlan(text(element, "id"), routes) if routes else None


def read_messaging(element: xml.Element | None) -> MessagingSettings | None:
    """Read the element `MessagingSettings`."""
    if element is None:
        return None
    return MessagingSettings(
        sms_enabled=text(element, "sms_enabled"),
        campaign_id=text(element, "campaign_id"),
        campaign_fully_provisioned=text(element, "campaign_fully_provisioned"),
        message_class=text(element, "message_class"),
        a2p_state=(text(element, "a2p_state") or "").lower() or None,
        assigned_nn_route=texts(NnRoute, xml.child(element, tag("assigned_nn_route"))),
    )


def _route(element: xml.Element) -> Route:
    endpoint_type = text(element, "endpoint_type") or ""
    return Route(
        endpoint=text(element, "endpoint"),
        priority=count(text(element, "priority")),
        weight=count(text(element, "weight")),
        endpoint_type=_ENDPOINT_TYPES.get(endpoint_type.lower(), endpoint_type) or None,
        name=text(element, "name"),
    )
