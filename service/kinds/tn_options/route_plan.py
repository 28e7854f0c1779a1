"""The plan by which incoming calls of a number find their way: OriginationRoutePlan in Bandwidth's OpenAPI."""

from __future__ import annotations

import re
from collections.abc import Iterator
from ipaddress import ip_address
from typing import Annotated, Any, Final

from pydantic import AfterValidator

from service import telephone_numbers, xml
from service.carrier_words import count
from service.order_request.fields import OneOf, counting, text_between
from service.order_request.many import UntilEnough
from service.order_request.rules import Ruled, Wrong
from service.order_request.shape import wrong
from service.order_resource import elements, vocabulary
from service.order_resource.vocabulary import Part
from service.xml import Element

#: the limit of 5190 is not published; nothing that a DNS name or a SIP user needs is longer
_LONGEST_ENDPOINT: Final = 255
#: errors of one plan's routes that are told
_TOLD: Final = 100
_MORE: Final = "Mend the routes that are told: more of them may be wrong."
_ROUTE: Final = {
    "endpoint": "Endpoint",
    "priority": "Priority",
    "weight": "Weight",
    "endpoint_type": "EndpointType",
    "name": "Name",
}
VOCABULARY: Final = Part(
    "OriginationRoutePlan", (Part("Id"), Part("Action"), Part("Route", vocabulary.leaves(_ROUTE), many=True))
)
_SIP = re.compile(r"sips?:(?:[^\s@]+@)?[^\s@]+", re.IGNORECASE)
_LABEL: Final = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_HOST = re.compile(rf"(?P<host>(?:{_LABEL}\.)+{_LABEL})(?::[0-9]{{1,5}})?\.?", re.ASCII)


def _endpoint(text: str) -> str:
    if not text.strip():
        raise wrong("5191", "Give the route an endpoint.")
    if len(text) > _LONGEST_ENDPOINT:
        raise wrong("5190", f"Give at most {_LONGEST_ENDPOINT} characters.")
    try:
        return telephone_numbers.parse(text)
    except ValueError:
        if _is_ip(text) or _SIP.fullmatch(text) or _is_host(text):
            return text
    raise wrong("5188", "Give a telephone number of ten digits, a host name, an IP address or a SIP URI.")


def _is_ip(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def _is_host(text: str) -> bool:
    found = _HOST.fullmatch(text)
    if not found:
        return False
    host = found["host"]
    # four numbers with dots are an address or nothing; a top-level domain is never a number
    return _is_ip(host) if host.rpartition(".")[2].isdecimal() else True


class Route(Ruled):
    """One way for a call: to whom, how early it is tried, and its share among those tried together."""

    endpoint: Annotated[str, AfterValidator(_endpoint)] | None = None
    priority: Annotated[int, counting("5189", "Give a priority of 1 or more.")] | None = None
    weight: Annotated[int, counting("5187", "Give a weight of 1 or more.")] | None = None
    endpoint_type: Annotated[str | None, OneOf(None, ("TN", "IPv4", "SIP", "FQDN"))] = None
    name: Annotated[str, text_between(1, 255)] | None = None

    def rules(self) -> Iterator[Wrong]:
        """Yield what a route lacks."""
        if self.endpoint is None:
            yield Wrong(("endpoint",), "5191", "Give the route an endpoint.")
        if self.priority is None:
            yield Wrong(("priority",), "5189", "Give a priority of 1 or more.")
        if self.weight is None:
            yield Wrong(("weight",), "5187", "Give a weight of 1 or more.")


class RoutePlan(Ruled):
    """A plan of routes, or the word that takes the plan away or leaves it alone."""

    id: Annotated[str, text_between(1, 255)] | None = None
    action: Annotated[str | None, OneOf("5207", ("asSpecified", "off", "unchanged"))] = "asSpecified"
    routes: Annotated[tuple[Route, ...], UntilEnough(_TOLD, _MORE)] = ()

    @property
    def sets_routes(self) -> bool:
        """Whether calls would follow this plan."""
        return self.action in (None, "asSpecified")

    def rules(self) -> Iterator[Wrong]:
        """Yield what is wrong between routes, or between them and the action."""
        if self.sets_routes and not self.routes:
            yield Wrong(("routes",), "5184", "Give at least one route, or the action `off`.")
        if self.action == "off" and self.routes:
            yield Wrong(("routes",), "5208", "Leave the routes out: the action `off` takes none.")
        yield from self._repeated()
        yield from self._gaps()

    def _repeated(self) -> Iterator[Wrong]:
        seen: set[tuple[int | None, str]] = set()
        for at, route in enumerate(self.routes):
            key = (route.priority, (route.endpoint or "").lower())
            if key in seen:
                yield Wrong(("routes", at, "endpoint"), "5186", "Name an endpoint once within one priority.")
            seen.add(key)

    def _gaps(self) -> Iterator[Wrong]:
        given = {route.priority for route in self.routes}
        missing = next(at for at in range(1, len(given) + 2) if at not in given)
        if missing <= len(given):
            yield Wrong(("routes",), "5223", f"Number the priorities from 1 without a gap: {missing} is missing.")


def is_private(endpoint: str) -> bool:
    """Tell whether an endpoint is an address that Bandwidth may refuse (5218), as its own sample has one."""
    return _is_ip(endpoint) and ip_address(endpoint).is_private


def write(plan: RoutePlan | None) -> Element | None:
    """Write a plan as the published request sample does: routes first, then the action."""
    if plan is None:
        return None
    routes = (
        xml.element(
            "Route",
            xml.element("Endpoint", route.endpoint),
            xml.element("Priority", str(route.priority)),
            xml.element("Weight", str(route.weight)),
            route.endpoint_type and xml.element("EndpointType", route.endpoint_type),
            route.name and xml.element("Name", route.name),
        )
        for route in plan.routes
    )
    return xml.element(
        "OriginationRoutePlan",
        plan.id and xml.element("Id", plan.id),
        *routes,
        plan.action and xml.element("Action", plan.action),
    )


def read(plan: Element | None) -> dict[str, Any]:
    """Read a plan back; numbers that are none stay as they are told."""
    routes = [_route(each) for each in xml.children(plan, "Route")]
    told = elements.fields(plan, {"id": "Id", "action": "Action"})
    return {**told, "routes": routes} if routes else told


def _route(route: Element) -> dict[str, Any]:
    told = elements.fields(route, _ROUTE)
    numerals = {field: count(told[field]) for field in ("priority", "weight") if field in told}
    return {**told, **{field: value for field, value in numerals.items() if value is not None}}
