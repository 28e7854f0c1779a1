"""Refusals of a request as such, whatever it is about."""

from __future__ import annotations

from service.errors.tree import Refused


class MalformedRequest(Refused):
    """The request could not be read.

    `detail` says which part of it: a query parameter, a header, or the place in the JSON. A query parameter that this
    address does not know is refused too, so that no filter is overlooked. The same request will fail again.
    """

    slug = "malformed-request"


class Unauthenticated(Refused):
    """Send a valid token: Authorization: Bearer TOKEN.

    `detail` says whether it is missing or not known: mistyped, revoked, or its client was given another.
    `order-tracker clients` makes tokens.
    """

    status = 401
    slug = "unauthenticated"


class ScopeMissing(Refused):
    """This token may not do that: give its client the scope that is named here.

    The token is good. `order-tracker clients` shows the scopes of a client and makes one with others.
    """

    status = 403
    slug = "scope-missing"


class NotFound(Refused):
    """Nothing is known under this address.

    The id is made up, belongs to another account, or the token may not see the account. An order that was purged is 410
    for thirty days and 404 after that.
    """

    status = 404
    slug = "not-found"


class MethodNotAllowed(Refused):
    """This address does not take this method.

    The header Allow names those that it takes.
    """

    status = 405
    slug = "method-not-allowed"

    def __init__(self, allowed: str = "", detail: str = "") -> None:
        super().__init__(detail or (f"This address takes {allowed}." if allowed else ""))
        #: as the header Allow has them
        self.allowed = allowed


class RequestTimeout(Refused):
    """The body did not arrive in time; send it again.

    The connection is closed. With the same Idempotency-Key nothing is made twice.
    """

    status = 408
    slug = "request-timeout"


class BodyTooLarge(Refused):
    """The body is larger than this address takes; split the order.

    The connection is closed, and nothing was stored.
    """

    status = 413
    slug = "body-too-large"


class UnsupportedMedia(Refused):
    """This address takes no body of this media type or encoding.

    Most take application/json, those for many orders in bulk application/x-ndjson or text/csv; none takes a compressed
    body. `detail` says what this one takes.
    """

    status = 415
    slug = "unsupported-media-type"


class RateLimited(Refused):
    """This token's client makes more requests than it may; repeat this one after the seconds of Retry-After.

    The headers RateLimit and RateLimit-Policy of every answer tell what is left. To wait for an order costs one request
    with `wait`, and events come by a stream or to an endpoint without any.
    """

    status = 429
    slug = "rate-limited"

    def __init__(self, retry_after: int = 1) -> None:
        super().__init__()
        #: seconds after which the next may be made
        self.retry_after = retry_after


class HeadTooLarge(Refused):
    """The address and headers of the request are longer than this server takes.

    They may have 64 KiB together.
    """

    status = 431
    slug = "head-too-large"


class IdempotencyReused(Refused):
    """This Idempotency-Key was used with another body; use a new key for a new order.

    Bodies are compared as parsed JSON: white space and the order of names do not count.
    """

    status = 422
    slug = "idempotency-key-reused"
