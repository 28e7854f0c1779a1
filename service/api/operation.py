"""Operations: an address with a method, who may call it, what it takes, what it answers.

Each door lists its own. The routes, the check of scope and query, and the OpenAPI document are all made of these.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal, TypeAlias

from starlette.requests import Request
from starlette.responses import Response

from service.errors import TrackerError
from service.scopes import Scope

Method: TypeAlias = Literal["GET", "POST", "PUT", "PATCH", "DELETE"]
Call: TypeAlias = Callable[[Request], Awaitable[Response]]

#: what every address of an account begins with
ACCOUNT: Final = "/v1/accounts/{account_id}"


@dataclass(frozen=True, slots=True)
class Parameter:
    """A query parameter or a header, with the JSON Schema of its text."""

    name: str
    does: str
    schema: Mapping[str, Any] = field(default_factory=lambda: {"type": "string"})
    place: Literal["query", "header"] = "query"
    required: bool = False
    #: may be given more than once
    many: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """What is answered with one status: `shape` is a type that pydantic can describe, None without a body.

    Without an `example`, that of the shape is shown (`service.api.openapi.examples`).
    """

    does: str
    shape: Any = None
    headers: tuple[str, ...] = ()
    example: Any = None
    media_type: str = "application/json"


@dataclass(frozen=True, slots=True)
class Body:
    """What a request carries: by media type a type that pydantic can describe, and an example.

    Where the path has `{kind}`, `OrderRequest` stands for the kind's own model, and its example for this one. Of
    several media types, `example` has one by each.
    """

    shapes: Mapping[str, Any]
    example: Any = None
    required: bool = True


@dataclass(frozen=True, slots=True)
class Operation:
    """One call of the API.

    `path` is Starlette's; where it has `{kind}`, the document shows an operation for each kind.
    """

    method: Method
    path: str
    call: Call
    #: operationId in the document
    id: str
    #: one sentence, without a full stop
    does: str
    scope: Scope = Scope.READ
    parameters: tuple[Parameter, ...] = ()
    body: Body | None = None
    answers: Mapping[int, Answer] = field(default_factory=dict)
    #: errors of its own, besides those that every operation of its scope may meet
    problems: tuple[type[TrackerError], ...] = ()
    #: it only refuses, and is in no document
    hidden: bool = False
    #: anybody may call it, without a token
    open: bool = False
    #: where `{kind}` stands in the path, the kinds that it takes; empty: all
    kinds: tuple[str, ...] = ()
    #: whoever does it is noted in the account's audit, beside what the timelines of orders tell
    audited: bool = False

    @property
    def is_audited(self) -> bool:
        """Whether the audit tells of it: all that an admin changes, and what says so of itself."""
        return self.audited or (self.scope is Scope.ADMIN and self.method != "GET")

    @property
    def query(self) -> tuple[Parameter, ...]:
        """Return the query parameters that it takes."""
        return tuple(each for each in self.parameters if each.place == "query")


CURSOR: Final = Parameter(
    "cursor",
    "From the `next` of an earlier page of this list.",
    {"type": "string", "pattern": "^[A-Za-z0-9_-]+={0,2}$"},
)


def limit(most: int, default: int = 50) -> Parameter:
    """Return the parameter for a page's size."""
    schema = {"type": "integer", "minimum": 1, "maximum": most, "default": min(default, most)}
    return Parameter("limit", "How many a page holds at most.", schema)
