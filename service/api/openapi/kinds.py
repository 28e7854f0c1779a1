"""What the document shows for each kind of order: its body, and the whole order as it is answered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from service.api.openapi.schemas import REQUEST, Schema, Schemas, reference
from service.kinds import shelf
from service.order_request.model import OrderRequest

if TYPE_CHECKING:
    from service.kind import Kind

#: of components that a kind's order is made of where it is answered
_ORDERED: Final = "Ordered"
#: what the summary shows in its own way
_SHOWN: Final = frozenset(OrderRequest.model_fields)
_MASKED: Final = {"type": "string", "description": "Masked: it is never shown again."}
#: any kind of order: what a shape that holds whole orders refers to
WHOLE: Final = "WholeOrder"


def orders(summary: Schema) -> dict[str, Schema]:
    """Return whole orders as they are answered: `summary` is what all of them have, a component for each kind."""
    models = [each.model for each in shelf().values()]
    asked = Schemas(models, "serialization", _ORDERED)
    whole = {name_of(each): _order(each, summary, asked) for each in shelf().values()}
    parts = {
        name: _open(each)
        for name, each in asked.components.items()
        if name not in {model.__name__ + _ORDERED for model in models}
    }
    return {WHOLE: _any(), **whole, **parts}


def name_of(kind: Kind) -> str:
    """Return what the document calls a whole order of a kind."""
    return kind.model.__name__


def request_of(kind: Kind) -> Schema:
    """Refer to the body that makes an order of a kind."""
    return reference(kind.model.__name__ + REQUEST)


def _any() -> Schema:
    names = {kind.name: name_of(kind) for kind in shelf().values()}
    return {
        "description": "A whole order with its request, of any kind; secrets are masked.",
        "oneOf": [reference(each) for each in names.values()],
        "discriminator": {
            "propertyName": "kind",
            "mapping": {kind: reference(name)["$ref"] for kind, name in names.items()},
        },
    }


def _order(kind: Kind, summary: Schema, asked: Schemas) -> Schema:
    request = _open(asked.components[kind.model.__name__ + _ORDERED])
    fields = {name: each for name, each in request["properties"].items() if name not in _SHOWN}
    return {
        "description": f"An order of the kind {kind.name} with its request; secrets are masked.",
        "type": "object",
        "properties": {**summary["properties"], "kind": {"const": kind.name}, **fields},
        "required": summary["required"],
    }


def _open(schema: Schema) -> Schema:
    """Ask nothing of what is answered: there may be more fields than are told today, masks, and orders of others."""
    kinds = shelf().values()
    secret = frozenset[str]().union(*(each.secret_fields for each in kinds))
    personal = frozenset[str]().union(*(each.personal_fields for each in kinds))
    told = {name: value for name, value in schema.items() if name not in {"additionalProperties", "required"}}
    if "properties" in told:
        told["properties"] = {
            name: _MASKED if name in secret else _any_word(each) if name in personal else each
            for name, each in told["properties"].items()
        }
    return told


def _any_word(schema: Schema) -> Schema:
    """Let a mask stand for a word of a closed list: it does for tokens that may not see it."""
    open_ = {name: value for name, value in schema.items() if name != "enum"}
    return {**open_, "anyOf": [_any_word(each) for each in open_["anyOf"]]} if "anyOf" in open_ else open_
