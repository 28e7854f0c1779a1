"""How the document shows problems: a schema for each type, and what an operation may be refused with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from service.api.openapi.schemas import Schema, reference
from service.api.problem_json import path, problem_json
from service.api.problem_types import meaning, problem_types, specimen
from service.errors import (
    BodyTooLarge,
    LaterRecord,
    MalformedRequest,
    NotFound,
    RateLimited,
    RequestTimeout,
    ScopeMissing,
    StoreUnavailable,
    TrackerError,
    Unauthenticated,
    Unavailable,
    UnsupportedMedia,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from service.api.operation import Operation

MEDIA: Final = "application/problem+json"
#: what every call with a token may be refused with, whatever it does
_ANY: Final = (
    MalformedRequest,
    Unauthenticated,
    ScopeMissing,
    RateLimited,
    TrackerError,
    StoreUnavailable,
    LaterRecord,
)
_WITH_BODY: Final = (RequestTimeout, BodyTooLarge, UnsupportedMedia)


def refusals(operation: Operation) -> list[type[TrackerError]]:
    """Return the types of problems that an operation may answer."""
    found: set[type[TrackerError]] = {*operation.problems}
    if not operation.open:
        found |= {*_ANY}
    if "{" in operation.path:
        found.add(NotFound)
    if operation.body:
        found |= {*_WITH_BODY, MalformedRequest}
    return sorted(found, key=lambda each: (each.status, each.slug))


def responses(problems: Iterable[type[TrackerError]]) -> dict[str, Schema]:
    """Return responses by status; where types share one, each has its example."""
    by_status: dict[int, list[type[TrackerError]]] = {}
    for each in problems:
        by_status.setdefault(each.status, []).append(each)
    return {
        str(status): {"$ref": f"#/components/responses/{name_of(some[0])}"} if len(some) == 1 else _response(some)
        for status, some in by_status.items()
    }


def components() -> dict[str, Schema]:
    """Return a response for each type of problem."""
    return {name_of(each): _response([each]) for each in problem_types().values()}


def schemas() -> dict[str, Schema]:
    """Return a schema for each type of problem."""
    return {schema_of(each): _schema(each) for each in problem_types().values()}


def name_of(problem: type[TrackerError]) -> str:
    """Return what the document calls a type of problem."""
    return "".join(part.capitalize() for part in problem.slug.split("-"))


def schema_of(problem: type[TrackerError]) -> str:
    """Return what the document calls the schema of a type of problem."""
    return f"{name_of(problem)}Problem"


def _schema(problem: type[TrackerError]) -> Schema:
    told = {
        "type": {"const": path(problem)},
        "title": {"const": problem.title()},
        "status": {"const": problem.status},
    }
    described = "\n\n".join(filter(None, (problem.title(), meaning(problem))))
    return {"description": described, "allOf": [reference("Problem"), {"type": "object", "properties": told}]}


def _response(problems: list[type[TrackerError]]) -> Schema:
    """Write what is answered with one status: one of some types of problems."""
    schemas = [reference(schema_of(each)) for each in problems]
    content: Schema = {
        "schema": schemas[0] if len(schemas) == 1 else {"oneOf": schemas},
        "examples": {each.slug: {"summary": each.title(), "value": problem_json(specimen(each))} for each in problems},
    }
    described = " ".join(f"`{each.slug}`: {each.title()}" for each in problems)
    return {"description": described, "headers": _headers(problems), "content": {MEDIA: content}}


def _headers(problems: list[type[TrackerError]]) -> Mapping[str, Any]:
    first = problems[0]
    if issubclass(first, Unavailable | RateLimited):
        return {"Retry-After": {"$ref": "#/components/headers/Retry-After"}}
    if first is Unauthenticated:
        return {"WWW-Authenticate": {"$ref": "#/components/headers/WWW-Authenticate"}}
    return {}
