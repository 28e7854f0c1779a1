"""The rules of an OriginationRoutePlan (errors 5184 to 5191, 5200, 5207, 5208, 5223)."""

from __future__ import annotations

from dataclasses import dataclass

from service.local.sandbox.refusals import RefusedError
from service.local.sandbox.xml import Element, text_of


@dataclass(frozen=True)
class _Route:
    endpoint: str
    priority: int
    weight: int


def check_route_plan(plan: Element, *, enabled: bool) -> None:
    """Refuse a plan that contradicts itself.

    Private addresses are accepted although 5218 exists: the OpenAPI's own sample has 192.168.20.21.
    """
    if not enabled:
        raise RefusedError(5200, "Origination route plan is not enabled for the account.", 409)
    action = text_of(plan, "Action")
    if action not in {"asSpecified", "unchanged", "off"}:
        raise RefusedError(
            5207,
            "Specified Route Plan Action was invalid, must be one of 'asSpecified', 'unchanged' or 'off'",
        )
    routes = [_read(route) for route in plan.iterfind("Route")]
    if action == "off" and routes:
        raise RefusedError(5208, "Route Plan must be empty for 'off' action")
    if action == "asSpecified":
        _check_routes(routes)


def _read(route: Element) -> _Route:
    endpoint = text_of(route, "Endpoint")
    if not endpoint:
        raise RefusedError(5191, "All routes must have an endpoint specified")
    return _Route(
        endpoint,
        _positive(route, "Priority", 5189, "Route priority must be greater than zero"),
        _positive(route, "Weight", 5187, "Route weight must be greater than zero"),
    )


def _positive(route: Element, name: str, code: int, text: str) -> int:
    value = text_of(route, name) or ""
    if not (value.isascii() and value.isdigit() and int(value) > 0):
        raise RefusedError(code, text)
    return int(value)


def _check_routes(routes: list[_Route]) -> None:
    if not routes:
        raise RefusedError(5184, "Origination route plan cannot be empty")
    priorities = {route.priority for route in routes}
    absent = set(range(1, max(priorities))) - priorities
    if absent:
        raise RefusedError(
            5223,
            "Origination route priority should be a contiguous sequence of numbers starting with 1."
            f" Priority {min(absent)} is missing.",
        )
    seen: set[tuple[int, str]] = set()
    for route in routes:
        if (route.priority, route.endpoint) in seen:
            raise RefusedError(5186, f"Endpoints cannot be repeated within same priority: {route.endpoint}")
        seen.add((route.priority, route.endpoint))
