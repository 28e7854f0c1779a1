"""The sandbox's magic numbers by name: what an order with one of them comes to. All other numbers succeed."""

from __future__ import annotations

from enum import StrEnum


class Magic(StrEnum):
    """A telephone number that makes something happen; it is a string of ten digits.

    Tests of a session share them: an order that never ends holds every later one of its kind with the same number.
    """

    #: fails: not on the account
    NOT_ON_ACCOUNT = "2015550101"
    #: fails: not on Bandwidth's system
    NOT_ON_SYSTEM = "2015550102"
    #: fails: not in service
    NOT_IN_SERVICE = "2015550103"
    #: completes with a warning, in a tn-options order
    WARNS = "2015550104"
    #: fail, and are reported together
    FAILS_GROUPED = "2015550105"
    FAILS_GROUPED_TOO = "2015550106"
    #: has failed as soon as the order is taken
    FAILS_AT_ONCE = "2015550107"
    #: the order ends COMPLETE and carries an error for the number
    COMPLETE_WITH_ERROR = "2015550110"
    #: the order ends FAILED with an error that names no number; in a lidb or dlda order it may be retried
    FAILED_NAMING_NONE = "2015550111"
    #: the order ends FAILED and says nothing
    FAILED_WITHOUT_ERRORS = "2015550112"
    #: the order never gets further
    STAYS_PROCESSING = "2015550120"
    STAYS_RECEIVED = "2015550121"
    #: the order takes three times as long
    SLOW = "2015550122"
    #: the order shows a status that nobody knows, for a while
    UNKNOWN_STATUS = "2015550123"
    #: a dlda order ends CANCELLED
    CANCELLED = "2015550124"
    #: a dlda order waits until it is amended
    AWAITS_CHANGE = "2015550125"
    #: a change of its own options (number-options) is refused every time, or twice
    CONFLICTS = "2015550126"
    CONFLICTS_TWICE = "2015550127"
    #: a change of its own options is taken and never shows
    NEVER_SHOWS = "2015550128"
    #: it is on another account, or nowhere
    ELSEWHERE = "2015550129"
    UNKNOWN_NUMBER = "2015550130"
    #: the order is refused: as wrong, for what the account may not use, as forbidden (which rests the account)
    REFUSED = "2015550140"
    REFUSED_AS_NOT_ENABLED = "2015550141"
    REFUSED_AS_FORBIDDEN = "2015550142"
    #: the order is answered by a proxy's page
    PROXY_PAGE = "2015550143"
