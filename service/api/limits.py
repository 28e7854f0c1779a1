"""A client's rate as its answers tell it (draft-ietf-httpapi-ratelimit-headers-10)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from service.clients.allowance import Left

POLICY = "RateLimit-Policy"
LIMIT = "RateLimit"


def tell(request: Request, answer: Response) -> None:
    """Add to the answer of a call what is left of its client's rate; nothing where none is counted."""
    left: Left | None = getattr(request.state, "left", None)
    if left:
        # the draft's window is not a bucket's: the quota in two seconds, which is whole again after `t`
        answer.headers[POLICY] = f'"default";q={left.quota};w={left.window}'
        answer.headers[LIMIT] = f'"default";r={left.remaining};t={left.reset}'
