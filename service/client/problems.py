"""Every type of problem that the tracker names, as an exception of its own.

A type that this client does not know is raised as the class of its status: Refused, Unavailable, ServerFailed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.client.problem import Problem, ProblemError, Refused, ServerFailed, Unavailable
from service.client.reading import read

if TYPE_CHECKING:
    from collections.abc import Iterator

    from service.client.errors import TrackerError
    from service.client.exchange import Response


class MalformedRequest(Refused):
    """The request could not be read, such as a filter that does not exist."""

    slug = "malformed-request"


class Unauthenticated(Refused):
    """The token is not known."""

    slug = "unauthenticated"


class ScopeMissing(Refused):
    """The token may not do this."""

    slug = "scope-missing"


class NotFound(Refused):
    """There is no such order, number, endpoint or account for this token."""

    slug = "not-found"


class MethodNotAllowed(Refused):
    """The address does not take this method; the tracker may be older than this client."""

    slug = "method-not-allowed"


class RequestTimeout(Refused):
    """The body did not arrive in time."""

    slug = "request-timeout"


class TooManyConflicts(Refused):
    """The order's numbers are in too many other open orders."""

    slug = "too-many-conflicts"


class NotPossibleNow(Refused):
    """The order does not take this in its present state; the problem's detail says why."""

    slug = "not-possible-now"


class EndpointOff(Refused):
    """The endpoint is switched off."""

    slug = "endpoint-off"


class DeliveryWaits(Refused):
    """The delivery waits for its next attempt already."""

    slug = "delivery-waits"


class ReplayUnderWay(Refused):
    """Events are being delivered to the endpoint again already."""

    slug = "replay-under-way"


class SubscribedEndpoint(Refused):
    """The endpoint is a subscription of a client of Bandwidth's XML API: only that changes it."""

    slug = "subscribed-endpoint"


class TooManyEndpoints(Refused):
    """The account has as many endpoints as it may have."""

    slug = "too-many-endpoints"


class Purged(Refused):
    """The order ended long ago and was purged."""

    slug = "purged"


class BodyTooLarge(Refused):
    """The body is larger than the tracker takes."""

    slug = "body-too-large"


class UnsupportedMedia(Refused):
    """The body is of a type that the address does not take."""

    slug = "unsupported-media-type"


class HeadTooLarge(Refused):
    """Address and headers are longer than the tracker takes."""

    slug = "head-too-large"


class InvalidEndpoint(Refused):
    """The endpoint cannot be kept as it is; `errors` lists every wrong field."""

    slug = "invalid-endpoint"


class InvalidReplay(Refused):
    """Nothing can be delivered again by this; `errors` lists every wrong field."""

    slug = "invalid-replay"


class InvalidRows(Refused):
    """The upload cannot be accepted; `errors` lists what is wrong, with the line of its row."""

    slug = "invalid-rows"


class InvalidOrder(Refused):
    """The order cannot be sent as it is; `errors` lists every wrong field."""

    slug = "invalid-order"


class IdempotencyReused(Refused):
    """The Idempotency-Key was used with another body."""

    slug = "idempotency-key-reused"


class RateLimited(Refused):
    """The token has called too often; the client has waited for as long as the call may take."""

    slug = "rate-limited"


class StoreUnavailable(Unavailable):
    """The tracker's store is away."""

    slug = "store-unavailable"


class NotReplicated(StoreUnavailable):
    """It is written, and too few replicas have confirmed it."""

    slug = "not-replicated"


class LaterRecord(Unavailable):
    """A later version of the tracker wrote this, and the process that was asked does not read it."""

    slug = "later-record"


class TooManyListeners(Unavailable):
    """The process holds as many streams and waits as it may, or as one client may have of it."""

    slug = "too-many-listeners"


class TooManyUploads(Unavailable):
    """The process reads as many bodies of many rows as it may."""

    slug = "too-many-uploads"


class BandwidthUnavailable(Unavailable):
    """Bandwidth did not answer as it must."""

    slug = "bandwidth-unavailable"


class NotCommitted(Unavailable):
    """The order may or may not be on disk: ask for `problem.order_id`, or submit again with the same key."""

    slug = "not-committed"


class BandwidthRefused(ServerFailed):
    """Bandwidth refused what the tracker asked on the caller's behalf."""

    slug = "bandwidth-refused"


def error_of(response: Response) -> TrackerError:
    """Return the error that an answer of 3xx, 4xx or 5xx is; UnexpectedAnswer where it is no problem document."""
    if not response.headers.get("content-type", "").startswith("application/problem+json"):
        where = response.headers.get("location")
        return response.unexpected(f"leads to {where}" if where else "is no problem document")
    problem = read(Problem, response.json())
    known = {each.slug: each for each in _classes(ProblemError) if each.slug}
    return known.get(problem.slug, _by_status(problem.status))(problem)


def _classes(parent: type[ProblemError]) -> Iterator[type[ProblemError]]:
    for each in parent.__subclasses__():
        yield each
        yield from _classes(each)


def _by_status(status: int) -> type[ProblemError]:
    if status == 503:  # noqa: PLR2004
        return Unavailable
    return ServerFailed if status >= 500 else Refused  # noqa: PLR2004
