"""Shapes of answers: TypedDicts that the OpenAPI document describes.

A shape is called after what it shows, plus `Json`, which the document leaves away. A text under a field tells of it
there. Answers may get more fields: whoever reads them passes over what it does not know.
"""

from __future__ import annotations

from typing import Annotated, Final, TypeAlias

from pydantic import ConfigDict, Field, with_config

#: decorates a shape
described: Final = with_config(ConfigDict(use_attribute_docstrings=True))

#: ISO 8601 in UTC, with milliseconds
Time: TypeAlias = Annotated[str, Field(json_schema_extra={"format": "date-time"})]
#: ten digits
TenDigits: TypeAlias = Annotated[str, Field(pattern="^[0-9]{10}$", examples=["2018551021"])]
#: where a list goes on
Next: TypeAlias = Annotated[str | None, Field(description="Path and query of the next page; null on the last one.")]
#: a UUID of ours, or of Bandwidth's
Id: TypeAlias = Annotated[str, Field(json_schema_extra={"format": "uuid"})]
