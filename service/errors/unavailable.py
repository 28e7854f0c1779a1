"""What does not work now, or not at all: nobody who calls can mend it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from service.errors.tree import TrackerError

if TYPE_CHECKING:
    from collections.abc import Sequence


class Unavailable(TrackerError):
    """Not now; try again shortly."""

    status = 503
    slug = "unavailable"
    #: seconds after which a caller may repeat
    retry_after: ClassVar[int] = 1


class StoreUnavailable(Unavailable):
    """The store cannot be reached or refuses to write; nothing was lost, try again shortly.

    Repeat the call, a POST with the same Idempotency-Key. All goes on by itself within seconds of the store's return.
    """

    slug = "store-unavailable"


class NotReplicated(StoreUnavailable):
    """It is written, and too few replicas have confirmed it yet; repeat it shortly.

    Repeat the call, a POST with the same Idempotency-Key, until it is answered otherwise.
    """

    slug = "not-replicated"

    def __init__(self, confirmed: int, needed: int, replies: Sequence[Any] = ()) -> None:
        super().__init__(f"{self.title()} Confirmed by {confirmed}, needed {needed} (TRACKER_REPLICAS_TO_WAIT).")
        #: what the store answered
        self.replies = replies


class LaterRecord(Unavailable):
    """A later version of the order tracker wrote this, and the process that was asked does not read it.

    Nothing is lost, and that version works on it. While it is being installed, repeat the call: another process may
    answer. Tell the operator when it stays.
    """

    slug = "later-record"
    retry_after = 5


class TooManyListeners(Unavailable):
    """As many callers as may listen to events or wait for orders do so already; try again, or ask another process.

    `detail` says whether the process is full, or its caller's share of it: a client may take a fifth of a process's
    places. One stream tells of all orders of an account. Every other call is answered as ever.
    """

    slug = "too-many-listeners"
    retry_after = 5


class TooManyUploads(Unavailable):
    """Other bodies of many rows are being read; send this one again shortly.

    A process reads two of them at a time. Nothing of this one was kept: send it with the same Idempotency-Key.
    """

    slug = "too-many-uploads"


class BandwidthUnavailable(Unavailable):
    """Bandwidth did not answer as it must; try again shortly.

    It failed, could not be reached, or answered something unknown. Orders are not concerned: they wait and go on.
    """

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
    """Bandwidth refused what we asked of it; `code` is its own, where it gave one.

    `detail` has its words. Orders are not concerned: what becomes of them stands in the orders.
    """

    status = 502
    slug = "bandwidth-refused"

    def __init__(self, detail: str = "", code: str | None = None) -> None:
        super().__init__(detail)
        self.code = code


class Misconfigured(TrackerError):
    """A setting is wrong; the process does not start."""

    slug = "misconfigured"
