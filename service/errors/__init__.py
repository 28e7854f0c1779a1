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
│   ├── DeliveryWaits       409
│   ├── ReplayUnderWay      409
│   ├── SubscribedEndpoint  409  an endpoint that only its subscriber changes
│   ├── Purged              410  an order that ended long ago
│   ├── BodyTooLarge        413
│   ├── UnsupportedMedia    415
│   ├── RateLimited         429  more requests than the token's client may make; tells when the next may come
│   ├── HeadTooLarge        431
│   ├── InvalidOrder        422  every wrong field at once
│   ├── InvalidRows         422  a body of many rows, with the line of each that is wrong
│   ├── InvalidEndpoint     422  every wrong field at once
│   ├── InvalidReplay       422  every wrong field at once
│   └── IdempotencyReused   422
├── Unavailable             503, the caller repeats
│   ├── StoreUnavailable
│   │   └── NotReplicated   too few replicas confirmed what was written; carries the replies
│   ├── LaterRecord         a later release wrote it
│   ├── TooManyListeners
│   ├── TooManyUploads
│   ├── BandwidthUnavailable
│   ├── NotCommitted        carries the order id that was minted
│   └── NotSpooled          a callback that is neither in the store nor in the spool
├── BandwidthRefused        502  what we asked of Bandwidth on our own behalf
└── Misconfigured           a process does not start, and says what to set
"""

from __future__ import annotations

from service.errors.endpoints import (
    DeliveryWaits,
    EndpointOff,
    InvalidEndpoint,
    InvalidReplay,
    ReplayUnderWay,
    SubscribedEndpoint,
    TooManyEndpoints,
)
from service.errors.orders import InvalidOrder, InvalidRows, NotPossibleNow, Purged, TooManyConflicts
from service.errors.requests import (
    BodyTooLarge,
    HeadTooLarge,
    IdempotencyReused,
    MalformedRequest,
    MethodNotAllowed,
    NotFound,
    RateLimited,
    RequestTimeout,
    ScopeMissing,
    Unauthenticated,
    UnsupportedMedia,
)
from service.errors.tree import FieldError, Refused, RowError, TrackerError
from service.errors.unavailable import (
    BandwidthRefused,
    BandwidthUnavailable,
    LaterRecord,
    Misconfigured,
    NotCommitted,
    NotReplicated,
    NotSpooled,
    StoreUnavailable,
    TooManyListeners,
    TooManyUploads,
    Unavailable,
)

__all__ = [
    "BandwidthRefused",
    "BandwidthUnavailable",
    "BodyTooLarge",
    "DeliveryWaits",
    "EndpointOff",
    "FieldError",
    "HeadTooLarge",
    "IdempotencyReused",
    "InvalidEndpoint",
    "InvalidOrder",
    "InvalidReplay",
    "InvalidRows",
    "LaterRecord",
    "MalformedRequest",
    "MethodNotAllowed",
    "Misconfigured",
    "NotCommitted",
    "NotFound",
    "NotPossibleNow",
    "NotReplicated",
    "NotSpooled",
    "Purged",
    "RateLimited",
    "Refused",
    "ReplayUnderWay",
    "RequestTimeout",
    "RowError",
    "ScopeMissing",
    "StoreUnavailable",
    "SubscribedEndpoint",
    "TooManyConflicts",
    "TooManyEndpoints",
    "TooManyListeners",
    "TooManyUploads",
    "TrackerError",
    "Unauthenticated",
    "Unavailable",
    "UnsupportedMedia",
]
