"""A signpost: leads a request to its route without trying all of them, as Starlette's router does.

Which route a request gets is the same: the first one that takes its path and its method, else the first that takes its
path and refuses the method.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final

from starlette.routing import BaseRoute, Match

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.routing import Route
    from starlette.types import Receive, Scope, Send

#: where a request's scope holds the route that it was led to
_ROUTE: Final = "order_tracker.route"
#: a parameter that takes any number of a path's parts
_ANY_PARTS: Final = ":path}"


class Signpost(BaseRoute):
    """Stands for many routes, and knows which of them may take a path of so many parts by a method."""

    def __init__(self, routes: Sequence[Route]) -> None:
        self._routes = routes
        longest = max(each.path.count("/") for each in routes)
        #: by method and parts; longer paths are what those of any number of parts take
        self._likely: dict[tuple[str, int], list[Route]] = defaultdict(list)
        for each in routes:
            parts = each.path.count("/")
            last = longest + 1 if _ANY_PARTS in each.path else parts
            for method in each.methods or ():
                for count in range(parts, last + 1):
                    self._likely[method, count].append(each)
        self._most = longest + 1

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Tell whether one of the routes takes a request, and which."""
        if scope["type"] != "http":
            return Match.NONE, {}
        count = min(scope["path"].count("/"), self._most)
        # beneath a path of a proxy's the parts say nothing
        likely = self._routes if scope.get("root_path") else self._likely.get((scope["method"], count), ())
        for each in likely:
            match, child = each.matches(scope)
            if match is Match.FULL:
                return match, {**child, _ROUTE: each}
        for each in self._routes:
            match, child = each.matches(scope)
            if match is Match.PARTIAL:
                return match, {**child, _ROUTE: each}
        return Match.NONE, {}

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the route do it."""
        await scope[_ROUTE].handle(scope, receive, send)
