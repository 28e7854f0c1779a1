"""The magic numbers: every behaviour that a telephone number can bring about here. All others succeed."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum, auto


class Behaviour(StrEnum):
    """What a magic number does to its order; those up to WARNS combine freely in one order.

    The last five are about the number itself: its own options, and whose it is.
    """

    FAILS = auto()
    FAILS_GROUPED = auto()
    FAILS_AT_ONCE = auto()
    WARNS = auto()
    COMPLETE_WITH_ERROR = auto()
    FAILED_NAMING_NONE = auto()
    FAILED_WITHOUT_ERRORS = auto()
    STAYS_RECEIVED = auto()
    STAYS_PROCESSING = auto()
    SLOW = auto()
    UNKNOWN_STATUS = auto()
    CANCELLED = auto()
    AWAITS_CHANGE = auto()
    REFUSED = auto()
    PROXY_PAGE = auto()
    CONFLICTS = auto()
    CONFLICTS_TWICE = auto()
    NEVER_SHOWS = auto()
    ELSEWHERE = auto()
    UNKNOWN_NUMBER = auto()


@dataclass(frozen=True)
class MagicNumber:
    """One row of the table."""

    telephone_number: str
    behaviour: Behaviour
    summary: str
    #: Code and text from the error catalogue or a documented sample, where the behaviour prints one; `magic_words`
    #: has those of kinds with codes of their own.
    code: int = 0
    description: str = ""
    #: HTTP status of a refusal.
    http_status: int = 0
    #: The only kind of order that it touches; in orders of other kinds the number succeeds.
    only: str | None = None


#: Shown by UNKNOWN_STATUS between PROCESSING and COMPLETE; in no document.
UNKNOWN_STATUS_WORD = "AWAITING_CARRIER"

#: Text of the documented warning.
WARNING = "SMS is already Enabled or number is in processing."

#: What is about the options of single numbers touches orders of no kind.
_OWN_OPTIONS = "number-options"
_NOT_AVAILABLE = "Telephone number is not available."
_NOT_ON_SYSTEM = "Telephone number is not available on the system."

TABLE: tuple[MagicNumber, ...] = (
    MagicNumber(
        "2015550101",
        Behaviour.FAILS,
        "fails with 5076 (lidb 11014, dlda 16101): not on this account",
        5076,
        _NOT_AVAILABLE,
    ),
    MagicNumber(
        "2015550102",
        Behaviour.FAILS,
        "fails with 5071 (lidb 11025, dlda 16111): not on the system",
        5071,
        _NOT_ON_SYSTEM,
    ),
    MagicNumber(
        "2015550103",
        Behaviour.FAILS,
        "fails with 5074 (dlda 16108): not in service",
        5074,
        "Telephone number is not in service.",
    ),
    MagicNumber(
        "2015550104",
        Behaviour.WARNS,
        "completes; in a tn-options order with the warning that SMS is already enabled",
        only="tn-options",
    ),
    MagicNumber(
        "2015550105",
        Behaviour.FAILS_GROUPED,
        "fails with 5076 (lidb 11014, dlda 16101), reported in the grouped TelephoneNumbers shape",
        5076,
        _NOT_AVAILABLE,
    ),
    MagicNumber(
        "2015550106",
        Behaviour.FAILS_GROUPED,
        "as 2015550105; both in one order share one Error",
        5076,
        _NOT_AVAILABLE,
    ),
    MagicNumber(
        "2015550107",
        Behaviour.FAILS_AT_ONCE,
        "fails with 5071 (lidb 11025, dlda 16111), as the 201 already says; refuses a lidb or dlda order if alone",
        5071,
        _NOT_ON_SYSTEM,
    ),
    MagicNumber(
        "2015550110",
        Behaviour.COMPLETE_WITH_ERROR,
        "the order ends COMPLETE although it carries error 5076 (lidb 11014, dlda 16101) for this number",
        5076,
        _NOT_AVAILABLE,
    ),
    MagicNumber(
        "2015550111",
        Behaviour.FAILED_NAMING_NONE,
        "the order ends FAILED with error 5114 (lidb 5015, dlda 5014) that names no number",
        5114,
        "Account is not completely configured or MESSAGING is not enabled.",
    ),
    MagicNumber("2015550112", Behaviour.FAILED_WITHOUT_ERRORS, "the order ends FAILED with an empty ErrorList"),
    MagicNumber("2015550120", Behaviour.STAYS_PROCESSING, "the order stays PROCESSING for ever"),
    MagicNumber("2015550121", Behaviour.STAYS_RECEIVED, "the order stays RECEIVED for ever"),
    MagicNumber("2015550122", Behaviour.SLOW, "the order takes three times the pace"),
    MagicNumber(
        "2015550123",
        Behaviour.UNKNOWN_STATUS,
        f"the order shows the unknown status {UNKNOWN_STATUS_WORD} for half the pace, then ends",
    ),
    MagicNumber("2015550124", Behaviour.CANCELLED, "a dlda order ends CANCELLED; others succeed", only="dlda"),
    MagicNumber(
        "2015550125",
        Behaviour.AWAITS_CHANGE,
        "a dlda order stays RECEIVED until it is changed by PUT, then goes on; others succeed",
        only="dlda",
    ),
    MagicNumber(
        "2015550126",
        Behaviour.CONFLICTS,
        "a change of its own options is answered 409 every time; orders succeed",
        only=_OWN_OPTIONS,
    ),
    MagicNumber(
        "2015550127",
        Behaviour.CONFLICTS_TWICE,
        "a change of its own options is answered 409 twice, then taken; orders succeed",
        only=_OWN_OPTIONS,
    ),
    MagicNumber(
        "2015550128",
        Behaviour.NEVER_SHOWS,
        "a change of its own options is taken and never shows; orders succeed",
        only=_OWN_OPTIONS,
    ),
    MagicNumber(
        "2015550129",
        Behaviour.ELSEWHERE,
        "tndetails shows it on account 9999999, and none of our locations has it; orders succeed",
        only=_OWN_OPTIONS,
    ),
    MagicNumber(
        "2015550130",
        Behaviour.UNKNOWN_NUMBER,
        "tndetails does not know it (12512), nor its location (13517); orders succeed",
        only=_OWN_OPTIONS,
    ),
    MagicNumber(
        "2015550140",
        Behaviour.REFUSED,
        "the POST is refused with 400 and 5081 (lidb 11007, dlda 16114)",
        5081,
        "Number Format 'wrong' is invalid.",
        400,
    ),
    MagicNumber(
        "2015550141",
        Behaviour.REFUSED,
        "the POST is refused with 409 and 5200",
        5200,
        "Origination route plan is not enabled for the account.",
        409,
    ),
    MagicNumber("2015550142", Behaviour.REFUSED, "the POST is refused with 403 and 1001", 1001, "Access Denied", 403),
    MagicNumber("2015550143", Behaviour.PROXY_PAGE, "the POST is answered with a proxy's HTML page and 400"),
)

#: The table by telephone number.
MAGIC: dict[str, MagicNumber] = {row.telephone_number: row for row in TABLE}
