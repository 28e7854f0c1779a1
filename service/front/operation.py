"""Operations of the front: a path of Bandwidth's with a method, who may call it, and the root of what it refuses."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final, Literal, TypeAlias

from starlette.requests import Request
from starlette.responses import Response

from service.scopes import Scope

Call: TypeAlias = Callable[[Request], Awaitable[Response]]

#: what stands before every path: Bandwidth takes all three for one, and the longest is found first
PREFIXES: Final = ("/api/v1", "/v1.0", "/api")
#: bytes of a body that is read beside other requests, in their thread: a larger one takes longer than they should wait
LARGE: Final = 50_000
#: what the paths of an account begin with, below a prefix
ACCOUNT: Final = "/accounts/{account_id}"


@dataclass(frozen=True, slots=True)
class Operation:
    """One call. `path` is Starlette's, below a prefix; it is found in any case of letters."""

    method: Literal["GET", "POST", "PUT", "DELETE"]
    path: str
    call: Call
    #: its name in traces
    id: str
    #: the element around a refusal
    root: str
    scope: Scope = Scope.READ
    #: the element around a 404, where it is another; '' has no body
    missing_root: str | None = None
    #: anybody may call it, without a token
    open: bool = False

    def root_of(self, status: int) -> str:
        """Return the element around a refusal with a status; '' where it has no body."""
        is_missing = status == HTTPStatus.NOT_FOUND and self.missing_root is not None
        return (self.missing_root or "") if is_missing else self.root
