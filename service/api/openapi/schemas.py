"""JSON Schemas of shapes, as pydantic describes them; what has a name is a component."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias

from pydantic import TypeAdapter
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pydantic_core import core_schema

Schema: TypeAlias = dict[str, Any]
#: what comes in, or what goes out
Mode: TypeAlias = Literal["validation", "serialization"]

PREFIX: Final = "#/components/schemas/"
#: of components that only requests carry: a kind's model and what it is made of
REQUEST: Final = "Request"


class Schemas:
    """Schemas of some shapes; their components are called as the classes, without `Json`, and with a suffix."""

    def __init__(self, shapes: Iterable[Any], mode: Mode, suffix: str = "") -> None:
        # a shape need not be hashable; whoever asks again has the same one
        self._shapes = {id(each): each for each in shapes}
        adapters = [(key, mode, TypeAdapter(shape)) for key, shape in self._shapes.items()]
        found, definitions = TypeAdapter.json_schemas(
            adapters, ref_template=f"{PREFIX}{{model}}{suffix}", schema_generator=_Generator
        )
        self._found = {key: schema for (key, _), schema in found.items()}
        self.components: dict[str, Schema] = {
            name + suffix: _untitled(schema) for name, schema in definitions.get("$defs", {}).items()
        }

    def of(self, shape: Any) -> Schema:
        """Return the schema of one of the shapes."""
        return _untitled(self._found[id(shape)])


class _Generator(GenerateJsonSchema):
    def normalize_name(self, name: str) -> str:
        return super().normalize_name(re.sub(r"(Json|Request)\b", "", name).lstrip("_"))

    def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ARG002
        # a field's name says it
        return False

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        found = super().default_schema(schema)
        # left out, null and empty are the same
        return {name: value for name, value in found.items() if not (name == "default" and value in (None, [], ""))}


def reference(name: str) -> Schema:
    """Refer to a component."""
    return {"$ref": PREFIX + name}


def _untitled(schema: JsonSchemaValue) -> Schema:
    return {name: value for name, value in schema.items() if name != "title"}
