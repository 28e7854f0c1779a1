"""Pages: an address with a method, and what somebody must be allowed in order to see it or do it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal, TypeAlias

from starlette.requests import Request
from starlette.responses import Response

from service.scopes import Scope

Call: TypeAlias = Callable[[Request], Awaitable[Response]]

#: where the dashboard begins
ROOT: Final = "/dashboard"
#: what every page of an account begins with
ACCOUNT: Final = ROOT + "/accounts/{account_id}"
#: seconds for which a page waits for Bandwidth, before it shows what is ours alone
PATIENCE: Final = 2.0
ORDER: Final = ACCOUNT + "/orders/{order_id:uuid}"


@dataclass(frozen=True, slots=True)
class Page:
    """One page, or one thing to do; `path` is Starlette's.

    What is done by POST is done by a form of ours, which proves that it is: `service.dashboard.forms`.
    """

    method: Literal["GET", "POST"]
    path: str
    call: Call
    scope: Scope = Scope.READ
    #: the query parameters that it takes, and whether each may be given more than once
    query: Mapping[str, bool] = field(default_factory=dict)
    #: anybody may see it, without having signed in
    open: bool = False
