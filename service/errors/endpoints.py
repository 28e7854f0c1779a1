"""Refusals about endpoints and deliveries."""

from __future__ import annotations

from service.errors.tree import Refused


class EndpointOff(Refused):
    """This endpoint is switched off: switch it on first, by PATCH with enabled true.

    Somebody did so, it answered 410, or it failed for days: its `switched_off` says which.
    """

    status = 409
    slug = "endpoint-off"


class DeliveryWaits(Refused):
    """This delivery waits for its next attempt already.

    Its `next_attempt_at` says when that is. Only a delivery that has ended can be replayed.
    """

    status = 409
    slug = "delivery-waits"


class ReplayUnderWay(Refused):
    """Events are being delivered to this endpoint again already: wait until its replay has ended.

    The endpoint's `replay` shows how far it is.
    """

    status = 409
    slug = "replay-under-way"


class TooManyEndpoints(Refused):
    """The account has as many endpoints as it may have; remove one first.

    An account has fifty at most: one receiver may take events of all types and kinds.
    """

    status = 409
    slug = "too-many-endpoints"


class SubscribedEndpoint(Refused):
    """This endpoint is a subscription of a client of Bandwidth's XML API: change it there, by PUT of the subscription.

    It is told in Bandwidth's notifications: it has no secret of ours, and no test event. Its description can be changed
    here, and whether it is switched on; and it can be removed.
    """

    status = 409
    slug = "subscribed-endpoint"


class InvalidEndpoint(Refused):
    """The endpoint cannot be kept as it is; every field that is wrong is listed.

    Each entry of `errors` has a pointer into the body and a sentence that says what to give.
    """

    status = 422
    slug = "invalid-endpoint"


class InvalidReplay(Refused):
    """Nothing can be delivered again by this; every field that is wrong is listed.

    Each entry of `errors` has a pointer into the body and a sentence that says what to give.
    """

    status = 422
    slug = "invalid-replay"
