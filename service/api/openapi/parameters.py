"""Parameters: those of paths, of queries and of heads, and the headers of answers."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from service.api.openapi.schemas import Schema
    from service.api.operation import Operation, Parameter

#: `{order_id:uuid}` of a path as Starlette writes it
_IN_PATH: Final = re.compile(r"\{(?P<name>\w+)(?::(?P<convertor>\w+))?\}")
_UUID: Final[Schema] = {"type": "string", "format": "uuid"}
_PATH: Final[dict[str, tuple[str, Schema]]] = {
    "account_id": ("Bandwidth's id of an account of the token's.", {"type": "string", "pattern": "^[0-9]{1,18}$"}),
    "number": (
        "A telephone number in any usual notation.",
        {"type": "string", "minLength": 1, "examples": ["2018551021", "+12018551021"]},
    ),
    "key": (
        "The orphan's `key`, percent-encoded: `order:BANDWIDTH_ID` or `reference:TEXT`.",
        {"type": "string", "minLength": 1, "examples": ["order:8fa0ba46-4bcb-4ffc-9a2c-5ab9b2e4c8d1"]},
    ),
    "slug": ("The last part of a problem's `type`.", {"type": "string", "examples": ["invalid-order"]}),
}
_HEADERS: Final[dict[str, tuple[str, Schema]]] = {
    "ETag": ("Tag of this version; give it back as If-None-Match.", {"type": "string", "examples": ['W/"1"']}),
    "Location": ("Where it is.", {"type": "string", "format": "uri-reference"}),
    "Link": ('The next page, `rel="next"` (RFC 8288); absent on the last one.', {"type": "string"}),
    "Idempotency-Replayed": ("`true` when this key was used before: this is what it made then.", {"const": "true"}),
    "Retry-After": ("Seconds after which to repeat the call.", {"type": "integer", "minimum": 1}),
    "WWW-Authenticate": ("How to authenticate.", {"type": "string"}),
    "RateLimit": ("What is left to the token's client just now.", {"type": "string"}),
    "RateLimit-Policy": ("How many calls the token's client may make.", {"type": "string"}),
    "Cache-Control": ("`no-store`: do not keep it.", {"type": "string"}),
}
#: headers that every answer with this name in its operation has
_ALWAYS: Final = frozenset({"ETag", "Location", "Retry-After", "WWW-Authenticate", "Cache-Control"})


def path_of(operation: Operation) -> str:
    """Return a path as OpenAPI writes it."""
    return _IN_PATH.sub(r"{\g<name>}", operation.path)


def parameters_of(operation: Operation, path: str) -> list[Schema]:
    """Return the parameters of an operation at a path, in which a kind may stand already."""
    names = re.findall(r"\{(\w+)\}", path)
    convertors = {found["name"]: found["convertor"] for found in _IN_PATH.finditer(operation.path)}
    in_path = [_in_path(name, convertors[name]) for name in names]
    return [*in_path, *map(_given, operation.parameters)]


def account_parameter() -> Schema:
    """Return the parameter for an account."""
    return _in_path("account_id", None)


def headers(names: tuple[str, ...]) -> dict[str, Schema]:
    """Return headers of an answer."""
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}


def header_components() -> dict[str, Schema]:
    """Return every header that answers may have."""
    return {
        name: {"description": does, "required": name in _ALWAYS, "schema": schema}
        for name, (does, schema) in _HEADERS.items()
    }


def _in_path(name: str, convertor: str | None) -> Schema:
    thing = name.removesuffix("_id").replace("_", " ")
    does, schema = _PATH.get(name, (f"The {thing}'s id.", _UUID if convertor == "uuid" else {"type": "string"}))
    return {"name": name, "in": "path", "required": True, "description": does, "schema": schema}


def _given(parameter: Parameter) -> Schema:
    # one that may stand more than once is given again and again: `state=held&state=received`
    schema = {"type": "array", "items": parameter.schema} if parameter.many else dict(parameter.schema)
    return {
        "name": parameter.name,
        "in": parameter.place,
        "required": parameter.required,
        "description": parameter.does,
        "schema": schema,
    }
