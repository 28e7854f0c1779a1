"""An OriginationRoutePlan as Bandwidth keeps and shows it: with an id, and without the Action that brought it."""

from __future__ import annotations

import ipaddress
import re

from service.local.sandbox.xml import Element, element, text_of

_TEN_DIGITS = re.compile(r"[0-9]{10}")


def kept_route_plan(plan: Element, plan_id: str) -> Element:
    """Write the plan of a request whose Action is asSpecified."""
    return element("OriginationRoutePlan", element("Id", text=plan_id), *map(_route, plan.iterfind("Route")))


def _route(route: Element) -> Element:
    endpoint = text_of(route, "Endpoint") or ""
    texts = {
        "Endpoint": endpoint,
        "Priority": text_of(route, "Priority"),
        "Weight": text_of(route, "Weight"),
        "EndpointType": text_of(route, "EndpointType") or _type_of(endpoint),
        "Name": text_of(route, "Name"),
    }
    return element("Route", *(element(tag, text=text) for tag, text in texts.items() if text))


def _type_of(endpoint: str) -> str:
    """Name what kind of address an endpoint is, as the OpenAPI's sample of tndetails does (a subnet is an Ipv4)."""
    if _TEN_DIGITS.fullmatch(endpoint):
        return "TN"
    if endpoint.startswith("sip:"):
        return "SIP"
    try:
        ipaddress.IPv4Interface(endpoint)
    except ValueError:
        return "FQDN"
    return "Ipv4"
