"""What an answer of Bandwidth's means, whatever it is about: taken, refused, or nothing that can be trusted.

The account's governor and every kind's conversations read answers here, so that both see the same thing.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Final, TypeAlias

from service import xml
from service.carrier_errors import CarrierError, carrier_errors
from service.carrier_words import plain
from service.exchange import Answer, Broken, NoToken, NotSent, Reply
from service.identifiers import bandwidth_id
from service.xml import Element

#: seconds: what a 429 without a time means, and the bounds of one with a time
_PAUSE: Final = 5.0
_SHORTEST_PAUSE: Final = 1.0
_LONGEST_PAUSE: Final = 300.0
#: above this, an epoch counts milliseconds
_MILLISECONDS: Final = 1e11
_LOCATION = re.compile(r"/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})/?(?:[?#].*)?", re.ASCII | re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Taken:
    """2xx: `root` is the body, None when it is empty or no XML; `location_id` the order that Location names."""

    root: Element | None
    location_id: str | None


@dataclass(frozen=True, slots=True)
class Refused:
    """4xx in Bandwidth's own words: it understood and will not."""

    errors: tuple[CarrierError, ...]
    status: int

    @property
    def why(self) -> str:
        """The refusal as a sentence."""
        return plain("; ".join(f"{each.code or self.status}: {each.description}" for each in self.errors[:3]))


@dataclass(frozen=True, slots=True)
class Unauthorized:
    """401, or no token to be had: nothing of this account can go."""

    why: str


@dataclass(frozen=True, slots=True)
class Forbidden:
    """403: these credentials may not do that."""

    why: str


@dataclass(frozen=True, slots=True)
class NotBandwidth:
    """A 4xx that is not in Bandwidth's words: a proxy's page, a wrong base URL."""

    why: str
    status: int


@dataclass(frozen=True, slots=True)
class Throttled:
    """429: `seconds` from when the answer was read, and that moment in milliseconds since 1970 by this machine."""

    seconds: float
    until: int
    why: str = "Bandwidth asks for a pause (429)."


@dataclass(frozen=True, slots=True)
class Unknown:
    """Bandwidth may or may not have acted."""

    why: str


Meaning: TypeAlias = Taken | Refused | Unauthorized | Forbidden | NotBandwidth | Throttled | NotSent | Unknown


def meaning(reply: Reply) -> Meaning:
    """Return what a reply means, for an order and for its account alike."""
    match reply:
        case NotSent():
            return reply
        case NoToken(why=why):
            return Unauthorized(plain(f"Bandwidth gave no token: {why}"))
        case Broken(why=why):
            return Unknown(plain(why))
    return _of_answer(reply)


def _of_answer(answer: Answer) -> Meaning:
    match answer.status:
        case status if 200 <= status < 300:  # noqa: PLR2004  (HTTP's own classes)
            return Taken(_body(answer), _location_id(answer.headers))
        case 401:
            return Unauthorized("Bandwidth does not accept the credentials (401).")
        case 403:
            return Forbidden(plain(f"Bandwidth forbids this (403). {_said(answer)}"))
        case 429:
            return _throttled(answer)
        case status if 400 <= status < 500 and status != 408:  # noqa: PLR2004
            return _refused(answer)
    return Unknown(plain(f"Bandwidth answered {answer.status}. {_said(answer)}"))


def _refused(answer: Answer) -> Refused | NotBandwidth:
    errors = carrier_errors(_body(answer))
    if errors:
        return Refused(errors, answer.status)
    return NotBandwidth(f"The answer {answer.status} is not in Bandwidth's words.", answer.status)


def _body(answer: Answer) -> Element | None:
    try:
        return xml.parse(answer.body)
    except xml.UnreadableXml:
        return None


def _said(answer: Answer) -> str:
    return "; ".join(each.description for each in carrier_errors(_body(answer))[:3])


def _location_id(headers: Mapping[str, str]) -> str | None:
    # samples show an absolute address with a port and /v1.0 in it: only its end says something
    found = _LOCATION.search(headers.get("location", ""))
    return bandwidth_id(found[1]) if found else None


def _throttled(answer: Answer) -> Throttled:
    seconds = _reset(answer) or _retry_after(answer) or _PAUSE
    seconds = min(max(seconds, _SHORTEST_PAUSE), _LONGEST_PAUSE)
    return Throttled(seconds, int((answer.at + seconds) * 1000))


def _reset(answer: Answer) -> float | None:
    """Return the seconds to X-RateLimit-Reset: an epoch in seconds; an older API has milliseconds."""
    at = _number(answer.headers.get("x-ratelimit-reset"))
    if at is None:
        return None
    return max((at / 1000 if at > _MILLISECONDS else at) - answer.at, _SHORTEST_PAUSE)


def _retry_after(answer: Answer) -> float | None:
    given = answer.headers.get("retry-after")
    seconds = _number(given)
    if seconds is not None or not given:
        return seconds
    try:
        return max(parsedate_to_datetime(given).timestamp() - answer.at, _SHORTEST_PAUSE)
    except (ValueError, OverflowError):
        return None


def _number(text: str | None) -> float | None:
    try:
        number = float(text or "")
    except ValueError:
        return None
    return number if math.isfinite(number) else None
