"""Sending a request until it is answered: what may be repeated, how long to wait between, and when to give up."""

from __future__ import annotations

import math
import random
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

from service.client.errors import ConnectionFailed, TrackerError
from service.client.exchange import SILENCE, Pause, Request, Response, Talk
from service.client.problems import error_of

#: seconds before the first repeat, and at most before one; each is twice the one before
FIRST_PAUSE: Final = 0.2
LONGEST_PAUSE: Final = 10.0
#: seconds that the last attempt has at least
_SHORTEST: Final = 0.5
_NOT_FOUND: Final = 404
#: the tracker has done nothing of it
_TOO_MANY: Final = 429
#: answers that a while later may be others: the tracker's own, and those of what stands before it
_PASSING: Final = frozenset({_TOO_MANY, 502, 503, 504})


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a call goes on trying."""

    #: seconds for a call, with all repeats and pauses
    seconds: float = 60.0
    #: most repeats of one request
    repeats: int = 5
    #: seconds of a clock that never goes back; a number from 0 to 1
    clock: Callable[[], float] = time.monotonic
    dice: Callable[[], float] = random.random

    def deadline(self) -> float:
        """Return when a call that begins now gives up."""
        return self.clock() + self.seconds

    def pause(self, repeat: int, asked: float | None = None) -> float:
        """Return the seconds before a repeat, counted from 1; `asked`: what the tracker asked for at least."""
        if asked is not None:
            return asked * (1 + self.dice() / 4)
        longest = min(LONGEST_PAUSE, FIRST_PAUSE * 2.0 ** min(repeat - 1, 10))
        return longest * (1 + self.dice()) / 2


def send(request: Request, patience: Patience, deadline: float | None = None) -> Talk[Response]:
    """Send a request until it is answered for good, and return a good answer; raises ProblemError and others.

    A request that is not repeatable is repeated only when no byte of it has left, or when it was answered 429. Up to a
    `deadline` there may be any number of repeats.
    """
    held = request.silence - SILENCE
    ends = patience.deadline() + held if deadline is None else deadline
    most = patience.repeats if deadline is None else math.inf
    lost, repeat = False, 0
    while True:
        repeat += 1
        try:
            left = max(_SHORTEST, ends - patience.clock())
            response: Response = yield replace(request, silence=min(request.silence, left + held))
        except ConnectionFailed as error:
            failure: TrackerError = error
            pause = patience.pause(repeat)
            may_repeat = request.repeatable or not error.sent
            lost = lost or error.sent
        else:
            if response.is_good or (lost and _is_removed(request, response)):
                return response
            failure = error_of(response)
            pause = patience.pause(repeat, retry_after(response))
            may_repeat = response.status == _TOO_MANY or (request.repeatable and is_passing(response))
        if not may_repeat or repeat > most or patience.clock() + pause > ends:
            raise failure
        yield Pause(pause)


def is_passing(response: Response) -> bool:
    """Tell whether it may be another answer soon; a 502 of the tracker's own tells what Bandwidth refused."""
    own = response.headers.get("content-type", "").startswith("application/problem+json")
    return response.status in _PASSING and not (own and response.status == 502)  # noqa: PLR2004


def _is_removed(request: Request, response: Response) -> bool:
    """Tell whether an earlier attempt, whose answer was lost, has removed it."""
    return request.method == "DELETE" and response.status == _NOT_FOUND


def retry_after(response: Response) -> float | None:
    """Return the seconds that the header Retry-After asks for, which may also be a date."""
    text = response.headers.get("retry-after", "").strip()
    if text.isascii() and text.isdecimal():
        return float(text[:9])
    try:
        at = parsedate_to_datetime(text)
    except ValueError:
        return None
    return max(0.0, (at - datetime.now(UTC)).total_seconds()) if at.tzinfo else None
