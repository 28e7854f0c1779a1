"""Every error a person or a program can meet here: one tree, where the class decides what happens next.

TrackerError
├── Refused                 the caller can mend it
│   ├── MalformedRequest    400  not JSON, not a header we can read
│   ├── Unauthenticated     401
│   ├── ScopeMissing        403  the token is good, and may not do this
│   ├── NotFound            404
│   ├── MethodNotAllowed    405
│   ├── RequestTimeout      408
│   ├── TooManyConflicts    409
│   ├── NotPossibleNow      409  a decision that the order's state does not take
│   ├── TooManyEndpoints    409
│   ├── EndpointOff         409
│   ├── Purged              410  an order that ended long ago
│   ├── BodyTooLarge        413
│   ├── UnsupportedMedia    415
│   ├── HeadTooLarge        431
│   ├── InvalidOrder        422  every wrong field at once
│   ├── InvalidEndpoint     422  every wrong field at once
│   └── IdempotencyReused   422
├── Unavailable             503, the caller repeats
│   ├── StoreUnavailable
│   │   └── NotReplicated   too few replicas confirmed what was written; carries the replies
│   ├── BandwidthUnavailable
│   ├── NotCommitted        carries the order id that was minted
│   └── NotSpooled          a callback that is neither in the store nor in the spool
├── BandwidthRefused        502  what we asked of Bandwidth on our own behalf
└── Misconfigured           a process does not start, and says what to set
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class FieldError:
    """One wrong field: an RFC 6901 pointer into the body, a sentence, and Bandwidth's code where it has one."""

    pointer: str
    detail: str
    code: str | None = None


class TrackerError(Exception):
    """Something went wrong in the order tracker."""

    #: HTTP status of the problem document
    status: ClassVar[int] = 500
    #: last part of the problem's type
    slug: ClassVar[str] = "internal-error"

    def __init__(self, detail: str = "", errors: tuple[FieldError, ...] = ()) -> None:
        super().__init__(detail or self.title())
        self.detail = detail or self.title()
        self.errors = errors

    @classmethod
    def title(cls) -> str:
        """Return the first line of the class's docstring: the error's message."""
        return (cls.__doc__ or cls.__name__).strip().splitlines()[0]


class Refused(TrackerError):
    """The request cannot be accepted as it is."""

    status = 400
    slug = "refused"


class MalformedRequest(Refused):
    """The request could not be read."""

    slug = "malformed-request"


class Unauthenticated(Refused):
    """Send a valid token: Authorization: Bearer TOKEN."""

    status = 401
    slug = "unauthenticated"


class ScopeMissing(Refused):
    """This token may not do that: give its client the scope that is named here."""

    status = 403
    slug = "scope-missing"


class NotFound(Refused):
    """Nothing is known under this address."""

    status = 404
    slug = "not-found"


class MethodNotAllowed(Refused):
    """This address does not take this method."""

    status = 405
    slug = "method-not-allowed"


class RequestTimeout(Refused):
    """The body did not arrive in time; send it again."""

    status = 408
    slug = "request-timeout"


class TooManyConflicts(Refused):
    """The order's numbers are in too many other open orders; wait for some of them to end."""

    status = 409
    slug = "too-many-conflicts"


class NotPossibleNow(Refused):
    """The order does not take this decision in its present state."""

    status = 409
    slug = "not-possible-now"


class Purged(Refused):
    """The order ended long ago and was purged."""

    status = 410
    slug = "purged"


class EndpointOff(Refused):
    """This endpoint is switched off: switch it on first, by PATCH with enabled true."""

    status = 409
    slug = "endpoint-off"


class TooManyEndpoints(Refused):
    """The account has as many endpoints as it may have; remove one first."""

    status = 409
    slug = "too-many-endpoints"


class BodyTooLarge(Refused):
    """The body is larger than this address takes; split the order."""

    status = 413
    slug = "body-too-large"


class UnsupportedMedia(Refused):
    """Send application/json, uncompressed."""

    status = 415
    slug = "unsupported-media-type"


class HeadTooLarge(Refused):
    """The address and headers of the request are longer than this server takes."""

    status = 431
    slug = "head-too-large"


class InvalidEndpoint(Refused):
    """The endpoint cannot be kept as it is; every field that is wrong is listed."""

    status = 422
    slug = "invalid-endpoint"


class InvalidOrder(Refused):
    """The order cannot be sent as it is; every field that is wrong is listed."""

    status = 422
    slug = "invalid-order"


class IdempotencyReused(Refused):
    """This Idempotency-Key was used with another body; use a new key for a new order."""

    status = 422
    slug = "idempotency-key-reused"


class Unavailable(TrackerError):
    """Not now; try again shortly."""

    status = 503
    slug = "unavailable"
    #: seconds after which a caller may repeat
    retry_after: ClassVar[int] = 1


class StoreUnavailable(Unavailable):
    """The store cannot be reached or refuses to write; nothing was lost, try again shortly."""

    slug = "store-unavailable"


class NotReplicated(StoreUnavailable):
    """It is written, and too few replicas have confirmed it yet; repeat it shortly."""

    slug = "not-replicated"

    def __init__(self, confirmed: int, needed: int, replies: Sequence[Any] = ()) -> None:
        super().__init__(f"{self.title()} Confirmed by {confirmed}, needed {needed} (TRACKER_REPLICAS_TO_WAIT).")
        #: what the store answered
        self.replies = replies


class BandwidthUnavailable(Unavailable):
    """Bandwidth did not answer as it must; try again shortly."""

    slug = "bandwidth-unavailable"


_UNKNOWN = (
    "The order may or may not be on disk: ask for it by its id before you send it again, "
    "or repeat the request with the same Idempotency-Key."
)
_UNREPLICATED = (
    "The order is on one disk only, and may be lost with it although it can be read now: "
    "repeat the request with the same Idempotency-Key until it is answered 202."
)


class NotCommitted(Unavailable):
    """The order may or may not be on disk.

    Ask for it by the id given here before you send it again, or repeat the request with the same Idempotency-Key.
    """

    slug = "not-committed"

    def __init__(self, order_id: str, *, unreplicated: bool = False) -> None:
        super().__init__(_UNREPLICATED if unreplicated else _UNKNOWN)
        self.order_id = order_id


class NotSpooled(Unavailable):
    """The callback could not be written to the spool."""

    slug = "not-spooled"


class BandwidthRefused(TrackerError):
    """Bandwidth refused what we asked of it; `code` is its own, where it gave one."""

    status = 502
    slug = "bandwidth-refused"

    def __init__(self, detail: str = "", code: str | None = None) -> None:
        super().__init__(detail)
        self.code = code


class Misconfigured(TrackerError):
    """A setting is wrong; the process does not start."""

    slug = "misconfigured"
