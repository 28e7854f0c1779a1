"""Refusals of orders, and of decisions about them."""

from __future__ import annotations

from service.errors.tree import Refused


class TooManyConflicts(Refused):
    """The order's numbers are in too many other open orders; wait for some of them to end.

    Orders on the same number go one after the other, and only so many may wait. Nothing was stored: send it later.
    """

    status = 409
    slug = "too-many-conflicts"


class NotPossibleNow(Refused):
    """The order does not take this decision in its present state.

    `detail` says why: it has ended, or Bandwidth may have it already. Read the order again before you decide anew.
    """

    status = 409
    slug = "not-possible-now"


class Purged(Refused):
    """The order ended long ago and was purged.

    `detail` tells its kind, its end and the day. Thirty days after that its address is 404.
    """

    status = 410
    slug = "purged"


class InvalidOrder(Refused):
    """The order cannot be sent as it is; every field that is wrong is listed.

    Each entry of `errors` has a pointer into the body, a sentence that says what to give, and the code by which
    Bandwidth would have refused it, where it has one. Nothing was stored.
    """

    status = 422
    slug = "invalid-order"


class InvalidRows(Refused):
    """No order was made of these rows; those that are wrong are listed, the first thousand errors of them.

    Each entry of `errors` has the line, a pointer into the row, a sentence that says what to give, and Bandwidth's
    code where it has one.
    """

    status = 422
    slug = "invalid-rows"
